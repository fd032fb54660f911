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

function isCorrupt(error: unknown): boolean {
  return error instanceof AppError && error.code === 'STREAM_CORRUPT';
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
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
    const { low, high } = spanOf({ query, params }, rows);
    const found = span(low, Math.min(high, rows)).map(eventRow);
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

function versions(
  replicas: Replicas,
  query: Partial<StreamQuery>,
  asked: ReadLevel[] = [],
): Promise<number[]> {
  return read(session(replicas, asked), query);
}

const UP = span(1, CURRENT);
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
    await assert.rejects(versions({ plain: 10, serial: 10 }, { direction }), isCorrupt);
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
    await assert.rejects(read(cql, { direction }), isCorrupt);
  }
});

test('a whole stream is read without a serial read', async () => {
  const asked: ReadLevel[] = [];
  await versions({ plain: CURRENT, serial: CURRENT }, { direction: 'forward' }, asked);
  assert.deepEqual(new Set(asked), new Set(['read']));
});

interface LongStream {
  /** Gets the versions of each read, or how many rows it takes. */
  readonly asked?: string[];
  /** Called once for each read. */
  readonly current?: (level: ReadLevel) => number;
  /** Rows that stand beyond the current version. */
  readonly beyond?: number;
  readonly rowsOf?: (version: number) => number;
  /** No answer has more rows, whatever was asked for. */
  readonly most?: number;
}

function longStream({
  asked = [],
  current = () => 1_000,
  beyond = 0,
  rowsOf = () => 1,
  most = Number.POSITIVE_INFINITY,
}: LongStream): CqlSession {
  return {
    ...session({ plain: 0, serial: 0 }, []),
    read: (statement, { level, fetchSize = 0, pageState }): Promise<Page> => {
      const current_version = current(level);
      if (statement.query === STATEMENTS.head) {
        const head = row({ current_version });
        return Promise.resolve({ rows: [head], pageState: undefined });
      }
      const stored = current_version + beyond;
      const { low, high } = spanOf(statement, stored);
      const what = statement.params.length === 3 ? `${low}-${high}` : `${fetchSize} rows`;
      asked.push(level === 'serial' ? `${what}, serially` : what);
      const versions = span(low, Math.min(high, stored)).flatMap((version) =>
        new Array<number>(rowsOf(version)).fill(version),
      );
      if (!isForward(statement.query)) versions.reverse();
      const from = Number(pageState ?? 0);
      const count = Math.min(most, fetchSize);
      const rows = versions
        .slice(from, from + count)
        .map((version) => row({ ...eventRow(version), current_version }));
      // Cassandra looks no further than it has to
      const isFull = rows.length === count;
      return Promise.resolve({ rows, pageState: isFull ? `${from + count}` : undefined });
    },
  };
}

async function read(
  cql: CqlSession,
  query: Partial<StreamQuery> = {},
  onChunk: () => void = () => undefined,
): Promise<number[]> {
  const reader = new StreamReader(cql, STATEMENTS, new StreamHeads(cql, STATEMENTS));
  const seen: number[] = [];
  for await (const chunk of reader.read({ ...ALL, ...query })) {
    assert.ok(chunk.length > 0);
    seen.push(...chunk.map(({ version }) => version));
    onChunk();
  }
  return seen;
}

test('pages are asked for before they are wanted, of long streams two, none of them twice', async () => {
  const asked: string[] = [];
  const before: number[] = [];
  const cql = longStream({ asked, current: () => 10_000 });
  const seen = await read(cql, { limit: 2_000 }, () => before.push(asked.length));
  assert.deepEqual(seen, span(1, 2_000));
  const wanted = ['17 rows', '17-80', '81-336', '337-592', '593-1104', '1105-1616', '384 rows'];
  assert.deepEqual(asked, wanted);
  assert.deepEqual(before, [2, 4, 5, 6, 6, 7, 7]);
});

test('a stream of two pages takes two reads', async () => {
  const asked: string[] = [];
  assert.deepEqual(await read(longStream({ asked, current: () => 80 })), span(1, 80));
  assert.deepEqual(asked, ['17 rows', '65 rows']);
});

test('backward, too', async () => {
  const asked: string[] = [];
  const cql = longStream({ asked });
  const seen = await read(cql, { direction: 'backward', fromVersion: 1_000, limit: 100 });
  assert.deepEqual(seen, span(901, 1_000).reverse());
  assert.deepEqual(asked, ['17 rows', '921-984', '20 rows']);
  assert.deepEqual(await read(cql, { direction: 'backward' }), span(1, 1_000).reverse());
});

test('answers that are shorter than was asked for are put together', async () => {
  for (const direction of ['forward', 'backward'] as const) {
    const all = direction === 'forward' ? span(1, 1_000) : span(1, 1_000).reverse();
    for (const most of [1, 5, 16, 17]) {
      for (const limit of [1, 16, 17, 18, 20, 100, 2_000]) {
        const seen = await read(longStream({ most }), { direction, limit });
        assert.deepEqual(seen, all.slice(0, limit), `${most} rows at a time, ${limit} in all`);
      }
    }
  }
});

test('what is appended meanwhile is read, too', async () => {
  let current = 1_000;
  const seen = await read(longStream({ current: () => current }), {}, () => {
    current = 1_050;
  });
  assert.deepEqual(seen, span(1, 1_050));
});

test('a stream that grows with every read comes to an end', async () => {
  let current = 1_000;
  const asked: string[] = [];
  const seen = await read(longStream({ asked, current: () => (current += 3) }));
  assert.deepEqual(seen, span(1, current));
  assert.equal(asked.at(-1), '513 rows');
  assert.ok(asked.length < 10);
});

test('what one page tells of is looked for, though a later one knows nothing of it', async () => {
  const asked: string[] = [];
  let reads = 0;
  // a commit that reached one replica, which answered the third read only
  const current = (level: ReadLevel): number =>
    (reads += 1) === 3 || level === 'serial' ? 1_010 : 1_000;
  assert.deepEqual(await read(longStream({ asked, current })), span(1, 1_010));
  assert.deepEqual(asked.slice(-2), ['513 rows', '129 rows, serially']);
});

test('versions that are missing or doubled are noticed, wherever a page begins', async () => {
  for (const direction of ['forward', 'backward'] as const) {
    for (const at of [15, 16, 17, 18, 80, 81, 208, 209, 700, 985, 1_000]) {
      for (const rows of [0, 2]) {
        const cql = longStream({ rowsOf: (version) => (version === at ? rows : 1) });
        const what = `${direction}: ${rows} rows of version ${at}`;
        await assert.rejects(read(cql, { direction }), isCorrupt, what);
      }
    }
    const truncated = longStream({ rowsOf: (version) => (version > 336 ? 0 : 1) });
    await assert.rejects(read(truncated, { direction }), isCorrupt);
  }
  await assert.rejects(read(longStream({ beyond: 1 }), { direction: 'backward' }), isCorrupt);
  assert.deepEqual(await read(longStream({ beyond: 1 })), span(1, 1_001));
});

test('serial reads go one after the other', async () => {
  const asked: string[] = [];
  const before: number[] = [];
  // until a serial read has finished its last commit, the stream is longer than its rows are
  let isFinished = false;
  const cql = longStream({
    asked,
    current: (level) => {
      isFinished ||= level === 'serial';
      return 10_000;
    },
    rowsOf: (version) => (version > 16 && !isFinished ? 0 : 1),
  });
  const seen = await read(cql, { limit: 2_000 }, () => before.push(asked.length));
  assert.deepEqual(seen, span(1, 2_000));
  const serially = asked.filter((what) => what.endsWith('serially'));
  const wanted = ['129 rows', '145-656', '657-1168', '1169-1680', '320 rows'];
  assert.deepEqual(
    serially,
    wanted.map((what) => `${what}, serially`),
  );
  assert.deepEqual(
    before.slice(1),
    [0, 1, 2, 3, 3].map((more) => (before[1] ?? 0) + more),
  );
});

test('who goes away hears nothing of a page that fails', async () => {
  const cql = longStream({});
  let reads = 0;
  const failing: CqlSession = {
    ...cql,
    read: (statement, page) =>
      (reads += 1) < 3 ? cql.read(statement, page) : Promise.reject(new Error('gone')),
  };
  const reader = new StreamReader(failing, STATEMENTS, new StreamHeads(cql, STATEMENTS));
  let chunks = 0;
  for await (const chunk of reader.read(ALL)) {
    assert.ok(chunk.length > 0);
    chunks += 1;
    if (chunks === 2) break;
  }
  await new Promise((resolve) => void setImmediate(resolve));
  assert.ok(reads >= 3);
});
