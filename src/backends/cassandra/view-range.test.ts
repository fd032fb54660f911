import assert from 'node:assert/strict';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { AppError, parseTypeCode } from '../../core/index.js';
import type { CqlSession, Page, ReadLevel, Row } from './cql-session.js';
import { FetchSize, LargestRow } from './fetch-size.js';
import { row } from './simulation/simulated-cql.js';
import { statementsFor } from './statements.js';
import { RangeReader } from './view-range.js';

const STATEMENTS = statementsFor('eventstore', false);
const ID = types.Uuid.random();
const ROWS = 100;

function sizes(ahead = false) {
  const largest = new LargestRow();
  return { largest, fetchSize: new FetchSize({ largest }), seen: () => {}, ahead };
}

/** A view of the original script with one row, whose event the table shows at `shown` only. */
function reader(shown: ReadLevel | 'never'): RangeReader {
  const event: Row = row({ id: ID, version: 1, savetime: new Date(5), type: 7, payload: 'x' });
  const session: CqlSession = {
    read: ({ query }, { level }): Promise<Page> => {
      const missing = query === STATEMENTS.eventAt && level !== shown;
      return Promise.resolve({ rows: missing ? [] : [event], pageState: undefined });
    },
    write: () => Promise.reject(new Error('no writes')),
    conditional: () => Promise.reject(new Error('no writes')),
  };
  const source = { session, statements: STATEMENTS, viewIsComplete: false };
  return new RangeReader(source, rangeOfSeven(), sizes());
}

function rangeOfSeven() {
  const type = parseTypeCode(7);
  assert.ok(type !== undefined);
  return { type, after: { kind: 'start' }, belowMs: 10 } as const;
}

test('bug: an event in the view that a quorum of its table lacks yet is read serially', async () => {
  const range = reader('serial');
  await range.fetch(ROWS);
  assert.equal(range.head?.event.version, 1);
});

test('an event in the view that no read finds in its table is reported', async () => {
  await assert.rejects(reader('never').fetch(ROWS), (error: unknown) => {
    return error instanceof AppError && error.code === 'STREAM_CORRUPT';
  });
});

test('bug: a row that the view has only the key of yet was handed out as an empty event', async () => {
  const key = { id: ID, version: 1, savetime: new Date(5), type: 7 };
  const bare: Row = row({ ...key, payload: null, data: null });
  const whole: Row = row({ ...key, version: 2, payload: 'y' });
  const asked: string[] = [];
  const session: CqlSession = {
    read: ({ query }): Promise<Page> => {
      asked.push(query);
      const rows = query === STATEMENTS.eventAt ? [row({ ...key, payload: 'x' })] : [bare, whole];
      return Promise.resolve({ rows, pageState: undefined });
    },
    write: () => Promise.reject(new Error('no writes')),
    conditional: () => Promise.reject(new Error('no writes')),
  };
  const source = { session, statements: STATEMENTS, viewIsComplete: true };
  const range = new RangeReader(source, rangeOfSeven(), sizes());
  const contents: unknown[] = [];
  for (await range.fetch(ROWS); range.head !== undefined; range.advance()) {
    contents.push(range.head.event.content);
  }
  assert.deepEqual(contents, [
    { kind: 'text', text: 'x' },
    { kind: 'text', text: 'y' },
  ]);
  assert.equal(asked.filter((query) => query === STATEMENTS.eventAt).length, 1);
});

/** Pages of two rows without end; `asked` has how many rows each read wanted. */
function endless(asked: number[]): CqlSession {
  let version = 0;
  const next = (): Row => {
    version += 1;
    return row({ id: ID, version, savetime: new Date(5), type: 7, payload: 'x' });
  };
  return {
    read: (_, { fetchSize = 0 }): Promise<Page> => {
      asked.push(fetchSize);
      return Promise.resolve({ rows: [next(), next()], pageState: 'more' });
    },
    write: () => Promise.reject(new Error('no writes')),
    conditional: () => Promise.reject(new Error('no writes')),
  };
}

test('ahead: the next rows come while some are looked at, and never more than are wanted', async () => {
  for (const [ahead, asked] of [
    [true, [5, 3]],
    [false, [5]],
  ] as const) {
    const reads: number[] = [];
    const source = { session: endless(reads), statements: STATEMENTS, viewIsComplete: true };
    const range = new RangeReader(source, rangeOfSeven(), sizes(ahead));
    await range.fetch(5);
    assert.deepEqual(reads, asked, `ahead: ${ahead}`);
    const versions: (number | undefined)[] = [];
    for (let left = 5; left > 0; left -= 1) {
      if (range.head === undefined) await range.fetch(left);
      versions.push(range.head?.event.version);
      range.advance();
    }
    assert.deepEqual(versions, [1, 2, 3, 4, 5], `ahead: ${ahead}`);
    assert.deepEqual(reads, [5, 3, 1], `ahead: ${ahead}`);
  }
});
