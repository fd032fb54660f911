import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { FEED_START, parseTypeCode, requireUuid } from '../../core/index.js';
import { FakeTime, seededRandom, silentOutput, systemIds } from '../../runtime/index.js';
import type { TypeQuery } from '../../storage/index.js';
import type { CqlSession, Page, Row } from './cql-session.js';
import { Feed } from './feed/index.js';
import { row } from './simulation/simulated-cql.js';
import { statementsFor } from './statements.js';
import { TypeReader } from './type-reader.js';

const STATEMENTS = statementsFor('k', true);
const WRITTEN_MS = 5;

function query(soon: boolean): TypeQuery {
  const type = parseTypeCode(7);
  assert.ok(type !== undefined);
  const rules = { limit: 10, bytesMax: 1_000, boundary: 'event' } as const;
  return { types: [type], after: FEED_START, ...rules, soon };
}

/** A view with one event, and another server that writes and publishes nothing new. */
function sessionAt(time: FakeTime): CqlSession {
  const other = row({ server: types.Uuid.random(), beat: 1, mark: new Date(time.nowMs() + 100) });
  const id = types.Uuid.random();
  const event = row({ id, version: 1, savetime: new Date(WRITTEN_MS), type: 7, payload: 'x' });
  const rowsOf = (cql: string, below: unknown): Row[] => {
    if (cql.includes('feed_marks')) return [other];
    const shows = cql === STATEMENTS.feedFromStart && Number(below) > WRITTEN_MS;
    return shows ? [event] : [];
  };
  return {
    read: ({ query: cql, params }): Promise<Page> =>
      Promise.resolve({ rows: rowsOf(cql, params[1]), pageState: undefined }),
    write: () => Promise.resolve(),
    conditional: () => Promise.reject(new Error('no writes')),
  };
}

function readerOn(time: FakeTime, session = sessionAt(time)): TypeReader {
  const server = requireUuid(randomUUID());
  const { feedKeys } = STATEMENTS;
  const times = { feedDelayMs: 5_000, longestWriteMs: 2_500, foreignWriters: false };
  const random = seededRandom(1);
  const components = { clock: time, timers: time, random, ids: systemIds, ...silentOutput };
  const feed = new Feed(session, { keyspace: 'k', server, feedKeys, ...times }, components);
  return new TypeReader(
    { session, statements: STATEMENTS, viewIsComplete: true },
    feed.lowWaterMark,
  );
}

test('what is visible soonest does not wait for what others may have acknowledged', async () => {
  const page = await readerOn(new FakeTime()).read(query(true));
  assert.deepEqual([page.events.length, page.caughtUp, page.more], [1, false, true]);
});

test('a read that is not asked for soon waits for them', async () => {
  const time = new FakeTime();
  let answered = false;
  const reading = readerOn(time)
    .read(query(false))
    .finally(() => {
      answered = true;
    });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false);
  time.advance(500);
  const page = await reading;
  assert.deepEqual([page.events.length, page.caughtUp, page.more], [1, true, false]);
});

const ROW_BYTES = 100;

/** A view of very many events of the same size, in pages; `read` counts the rows it gave. */
function longView(time: FakeTime, read: { rows: number }): CqlSession {
  const idle = sessionAt(time);
  const id = types.Uuid.random();
  return {
    ...idle,
    read: (statement, page): Promise<Page> => {
      const { query: cql, params } = statement;
      if (cql.includes('feed_marks')) return idle.read(statement, page);
      const { fetchSize = 0, pageState = '0' } = page;
      const from = Number(pageState) || (cql === STATEMENTS.feedAfterEvent ? Number(params[2]) : 0);
      const rows = Array.from({ length: fetchSize }, (_, index) => {
        const version = from + index + 1;
        const payload = 'x'.repeat(ROW_BYTES);
        return row({ id, version, savetime: new Date(WRITTEN_MS), type: 7, payload });
      });
      read.rows += rows.length;
      return Promise.resolve({ rows, pageState: String(from + fetchSize) });
    },
  };
}

test('hardly more rows are read than a page takes, once their size is known', async () => {
  const time = new FakeTime();
  const read = { rows: 0 };
  const reader = readerOn(time, longView(time, read));
  const eventsOfPage = 900;
  const rules = { limit: 1_000, bytesMax: eventsOfPage * ROW_BYTES };
  const first = await reader.read({ ...query(true), ...rules });
  const readAtFirst = read.rows;
  let after = first.next;
  let version = first.events.length;
  for (let pages = 0; pages < 5; pages += 1) {
    const page = await reader.read({ ...query(true), ...rules, after });
    for (const event of page.events) assert.equal(event.version, (version += 1));
    assert.equal(page.events.length, eventsOfPage);
    after = page.next;
  }
  const readOfPage = (read.rows - readAtFirst) / 5;
  assert.ok(readOfPage <= 1.04 * eventsOfPage, `${readOfPage} rows for ${eventsOfPage} events`);
});
