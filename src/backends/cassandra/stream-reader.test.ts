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

function isForward(query: string): boolean {
  return query === STATEMENTS.eventsForward || query === STATEMENTS.rangeForward;
}

/** What a read of events asks for, of a stream that has come to `current`. */
function spanOf({ query, params }: Statement, current: number): { low: number; high: number } {
  const [, first, second] = params;
  if (second !== undefined) return { low: Number(first), high: Number(second) };
  return isForward(query)
    ? { low: Number(first), high: current }
    : { low: 1, high: Math.min(Number(first), current) };
}

function session(replicas: Replicas, asked: ReadLevel[]): CqlSession {
  const rowsOf = ({ query, params }: Statement, level: ReadLevel): Row[] => {
    const rows = level === 'serial' ? replicas.serial : replicas.plain;
    if (query === STATEMENTS.head) return [row({ current_version: CURRENT })];
    const versions = Array.from({ length: rows }, (_, index) => index + 1);
    const { low, high } = spanOf({ query, params }, rows);
    const found = versions.filter((version) => version >= low && version <= high).map(eventRow);
    return isForward(query) ? found : found.reverse();
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

function isCorrupt(error: unknown): boolean {
  return error instanceof AppError && error.code === 'STREAM_CORRUPT';
}

/** A long stream; `asked` has the versions of each read, or how many rows the first one takes. */
function longStream(asked: string[], current: () => number, rowsOf: (version: number) => number) {
  const cql: CqlSession = {
    ...session({ plain: 0, serial: 0 }, []),
    read: (statement, { level, fetchSize = 0, pageState }): Promise<Page> => {
      const current_version = current();
      if (statement.query === STATEMENTS.head) {
        const head = row({ current_version });
        return Promise.resolve({ rows: [head], pageState: undefined });
      }
      const { low, high } = spanOf(statement, current_version);
      const isRange = statement.params.length === 3;
      asked.push(
        (isRange ? `${low}-${high}` : `${fetchSize} rows`) +
          (level === 'serial' ? ', serially' : ''),
      );
      const versions = span(low, Math.min(high, current_version)).flatMap((version) =>
        new Array<number>(rowsOf(version)).fill(version),
      );
      if (!isForward(statement.query)) versions.reverse();
      const from = Number(pageState ?? 0);
      const rows = versions
        .slice(from, from + fetchSize)
        .map((version) => row({ ...eventRow(version), current_version }));
      // Cassandra looks no further than it has to
      const isFull = rows.length === fetchSize;
      return Promise.resolve({ rows, pageState: isFull ? `${from + fetchSize}` : undefined });
    },
  };
  return cql;
}

const ONCE = (): number => 1;

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

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

test('pages are asked for before they are wanted, of long streams two, none of them twice', async () => {
  const asked: string[] = [];
  const before: number[] = [];
  const cql = longStream(asked, () => 10_000, ONCE);
  const seen = await readLong(cql, { limit: 2_000 }, () => before.push(asked.length));
  assert.deepEqual(seen, span(1, 2_000));
  assert.deepEqual(asked, [
    ...['16 rows', '17-80', '81-336', '337-592'],
    ...['593-1104', '1105-1616', '1617-2000'],
  ]);
  assert.deepEqual(before, [2, 4, 5, 6, 7, 7, 7]);
});

test('backward, too', async () => {
  const asked: string[] = [];
  const cql = longStream(asked, () => 10_000, ONCE);
  const seen = await readLong(cql, { direction: 'backward', fromVersion: 10_000, limit: 100 });
  assert.deepEqual(seen, span(9_901, 10_000).reverse());
  assert.deepEqual(asked, ['16 rows', '9921-9984', '9901-9920']);
  assert.deepEqual(await readLong(cql, { direction: 'backward' }), span(1, 10_000).reverse());
});

test('what is appended meanwhile is read, too', async () => {
  let current = 1_000;
  const cql = longStream([], () => current, ONCE);
  const seen = await readLong(cql, {}, () => {
    current = 1_050;
  });
  assert.deepEqual(seen, span(1, 1_050));
});

test('what one page tells of is looked for, though a later one knows nothing of it', async () => {
  const asked: string[] = [];
  let reads = 0;
  // the fourth page is the first of two, and the other one was read before it
  const current = (): number => ((reads += 1) === 4 ? 1_010 : 1_000);
  const cql = longStream(asked, current, ONCE);
  assert.deepEqual(await readLong(cql, {}), span(1, 1_000));
  assert.deepEqual(asked.slice(4), ['593-1000', '1001-1010', '128 rows, serially']);
});

test('versions that are missing or doubled are noticed, wherever a page begins', async () => {
  for (const direction of ['forward', 'backward'] as const) {
    for (const at of [17, 80, 81, 700, 1_000]) {
      for (const rows of [0, 2]) {
        const cql = longStream(
          [],
          () => 1_000,
          (version) => (version === at ? rows : 1),
        );
        const what = `${direction}: ${rows} rows of version ${at}`;
        await assert.rejects(readLong(cql, { direction }), isCorrupt, what);
      }
    }
    const truncated = longStream(
      [],
      () => 1_000,
      (version) => (version > 336 ? 0 : 1),
    );
    await assert.rejects(readLong(truncated, { direction, fromVersion: 1_000 }), isCorrupt);
  }
});
