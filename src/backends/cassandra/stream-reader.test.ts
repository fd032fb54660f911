import assert from 'node:assert/strict';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { AppError, parseUuid, type Uuid } from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import type { CqlSession, Page, ReadLevel, Row, Statement } from './cql-session.js';
import { row } from './simulation/simulated-cql.js';
import { statementsFor } from './statements.js';
import { StreamHeads } from './stream-heads.js';
import { StreamReader } from './stream-reader.js';

const STATEMENTS = statementsFor('eventstore', true);
const ID = '00000000-0000-4000-8000-000000000001';
const CURRENT = 13;

/** Replicas that know the version of the stream and rows up to `plain`; a serial read has `serial`. */
interface Replicas {
  readonly plain: number;
  readonly serial: number;
}

function eventRow(version: number): Row {
  return row({
    version,
    current_version: CURRENT,
    savetime: new Date(version),
    type: 7,
    payload: `${version}`,
    event_id: types.Uuid.random(),
  });
}

function session(replicas: Replicas, asked: ReadLevel[]): CqlSession {
  const rowsOf = ({ query, params }: Statement, level: ReadLevel): Row[] => {
    const rows = level === 'serial' ? replicas.serial : replicas.plain;
    if (query === STATEMENTS.head) return [row({ current_version: CURRENT })];
    const versions = Array.from({ length: rows }, (_, index) => index + 1);
    const from = Number(params[1]);
    return query === STATEMENTS.eventsForward
      ? versions.filter((version) => version >= from).map(eventRow)
      : versions
          .reverse()
          .filter((version) => version <= from)
          .map(eventRow);
  };
  return {
    read: (statement, { level }): Promise<Page> => {
      asked.push(level);
      return Promise.resolve({ rows: rowsOf(statement, level), pageState: undefined });
    },
    write: () => Promise.reject(new Error('no writes')),
    conditional: () => Promise.reject(new Error('no writes')),
  };
}

function stream(): Uuid {
  const id = parseUuid(ID);
  assert.ok(id);
  return id;
}

const ALL = {
  stream: stream(),
  direction: 'forward',
  fromVersion: undefined,
  limit: undefined,
} as const;

async function versions(
  replicas: Replicas,
  query: Partial<StreamQuery>,
  asked: ReadLevel[] = [],
): Promise<number[]> {
  const cql = session(replicas, asked);
  const reader = new StreamReader(cql, STATEMENTS, new StreamHeads(cql, STATEMENTS));
  const seen: number[] = [];
  for await (const chunk of reader.read({ ...ALL, ...query }))
    seen.push(...chunk.map(({ version }) => version));
  return seen;
}

const UP = Array.from({ length: CURRENT }, (_, index) => index + 1);
const HALF = { plain: 10, serial: CURRENT };

test('bug: a commit that one replica has, repaired for a page, made the stream corrupt', async () => {
  assert.deepEqual(await versions(HALF, { direction: 'forward' }), UP);
  assert.deepEqual(await versions(HALF, { direction: 'backward' }), [...UP].reverse());
  const late = { direction: 'forward', fromVersion: 12 } as const;
  assert.deepEqual(await versions(HALF, late), [12, 13]);
  const limited = { direction: 'forward', fromVersion: 10, limit: 2 } as const;
  assert.deepEqual(await versions(HALF, limited), [10, 11]);
});

test('a stream that a serial read finds corrupt too is corrupt', async () => {
  for (const direction of ['forward', 'backward'] as const) {
    await assert.rejects(
      versions({ plain: 10, serial: 10 }, { direction }),
      (error) => error instanceof AppError && error.code === 'STREAM_CORRUPT',
    );
  }
});

test('bug: missing events were passed over when one more was appended meanwhile', async () => {
  for (const direction of ['forward', 'backward'] as const) {
    let pages = 0;
    const cql: CqlSession = {
      ...session({ plain: 0, serial: 0 }, []),
      read: ({ query }): Promise<Page> => {
        const isHead = query === STATEMENTS.head;
        if (!isHead) pages += 1;
        const rows = isHead ? [row({ current_version: CURRENT })] : [eventRow(CURRENT)];
        return Promise.resolve({ rows: pages === 1 && !isHead ? [] : rows, pageState: undefined });
      },
    };
    const reader = new StreamReader(cql, STATEMENTS, new StreamHeads(cql, STATEMENTS));
    const read = async (): Promise<void> => {
      for await (const chunk of reader.read({ ...ALL, direction })) assert.ok(chunk.length > 0);
    };
    await assert.rejects(read, (error) => {
      return error instanceof AppError && error.code === 'STREAM_CORRUPT';
    });
  }
});

test('a whole stream is read without a serial read', async () => {
  const asked: ReadLevel[] = [];
  await versions({ plain: CURRENT, serial: CURRENT }, { direction: 'forward' }, asked);
  assert.deepEqual(new Set(asked), new Set(['read']));
});

test('the next page is asked for before one is handed over, and none beyond the limit', async () => {
  const pages: number[] = [];
  const cql: CqlSession = {
    ...session({ plain: 0, serial: 0 }, []),
    read: (_, { fetchSize = 0 }): Promise<Page> => {
      const from = pages.reduce((sum, rows) => sum + rows, 0);
      pages.push(fetchSize);
      const rows = Array.from({ length: fetchSize }, (__, index) => eventRow(from + index + 1));
      return Promise.resolve({ rows, pageState: 'more' });
    },
  };
  const reader = new StreamReader(cql, STATEMENTS, new StreamHeads(cql, STATEMENTS));
  const asked: number[] = [];
  for await (const chunk of reader.read({ ...ALL, limit: 100 })) {
    assert.ok(chunk.length > 0);
    asked.push(pages.length);
  }
  assert.deepEqual(pages, [16, 64, 20]);
  assert.deepEqual(asked, [2, 3, 3]);
});
