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
    const [low, high] = [Number(params[1]), Number(params[2] ?? params[1])];
    switch (query) {
      case STATEMENTS.eventsForward:
        return versions.filter((version) => version >= low).map(eventRow);
      case STATEMENTS.eventsBackward:
        return versions
          .reverse()
          .filter((version) => version <= high)
          .map(eventRow);
      default: {
        const found = versions.filter((version) => version >= low && version <= high).map(eventRow);
        return query === STATEMENTS.rangeForward ? found : found.reverse();
      }
    }
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

/** A long stream; `asked` has the versions of each read, or where it begins and how many. */
function longStream(asked: string[], current: () => number): CqlSession {
  return {
    ...session({ plain: 0, serial: 0 }, []),
    read: ({ query, params }, { fetchSize = 0 }): Promise<Page> => {
      const isRange = query === STATEMENTS.rangeForward || query === STATEMENTS.rangeBackward;
      const isForward = query === STATEMENTS.eventsForward || query === STATEMENTS.rangeForward;
      const low = isRange || isForward ? Number(params[1]) : 1;
      const high = isRange ? Number(params[2]) : current();
      asked.push(isRange ? `${low}-${high}` : `${fetchSize} rows`);
      const versions = Array.from({ length: high - low + 1 }, (_, index) => low + index);
      const rows = (isForward ? versions : versions.reverse())
        .slice(0, fetchSize)
        .map((version) => row({ ...eventRow(version), current_version: current() }));
      return Promise.resolve({ rows, pageState: isRange ? undefined : 'more' });
    },
  };
}

async function readLong(
  cql: CqlSession,
  query: Partial<StreamQuery>,
  onChunk: () => void = () => undefined,
): Promise<number[]> {
  const reader = new StreamReader(cql, STATEMENTS, new StreamHeads(cql, STATEMENTS));
  const seen: number[] = [];
  for await (const chunk of reader.read({ ...ALL, ...query })) {
    seen.push(...chunk.map(({ version }) => version));
    onChunk();
  }
  return seen;
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('two pages are on their way while one is handed over, and none beyond the limit', async () => {
  const asked: string[] = [];
  const before: number[] = [];
  const cql = longStream(asked, () => 10_000);
  const seen = await readLong(cql, { limit: 300 }, () => before.push(asked.length));
  assert.deepEqual(seen, span(1, 300));
  assert.deepEqual(asked, ['16 rows', '17-80', '81-144', '145-208', '209-300']);
  assert.deepEqual(before, [3, 4, 5, 5, 5]);
});

test('the same backward', async () => {
  const asked: string[] = [];
  const cql = longStream(asked, () => 10_000);
  const seen = await readLong(cql, { direction: 'backward', fromVersion: 10_000, limit: 100 });
  assert.deepEqual(seen, span(9_901, 10_000).reverse());
  assert.deepEqual(asked, ['16 rows', '9921-9984', '9901-9920']);
});

test('what is appended meanwhile is read, too', async () => {
  const asked: string[] = [];
  let current = 1_000;
  const cql = longStream(asked, () => current);
  const seen = await readLong(cql, {}, () => {
    current = 1_050;
  });
  assert.deepEqual(seen, span(1, 1_050));
});
