import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Client } from 'cassandra-driver';
import {
  FEED_START,
  requireUuid,
  type FeedCursor,
  type RecordedEvent,
} from '../../src/core/index.js';
import type { CassandraBackend, CqlSession } from '../../src/backends/cassandra/index.js';
import type { Backend } from '../../src/storage/index.js';
import { appendOne, newStream, textEvent, textOf, typeCode } from './events.js';
import {
  createKeyspace,
  freshKeyspace,
  openServer,
  rawClient,
  settingsForTests,
} from './open-for-tests.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;
const BYTES_MAX = 3 * 1_048_576;
const BOUNDARIES = ['event', 'millisecond'] as const;
const PAST_MS = 1_700_000_000_000;
const IDS_OF_A_VERSION = 20;
const ROUNDS = 60;
const WRITERS = 4;

interface Follows {
  readonly types: readonly number[];
  readonly limit: number;
  readonly boundary: 'event' | 'millisecond';
  readonly finished: () => boolean;
}

/** Reads several types with one cursor, each page on the next server, until nothing is left. */
async function follow(servers: readonly Backend[], follows: Follows): Promise<RecordedEvent[]> {
  const { limit, boundary, finished } = follows;
  const types = follows.types.map(typeCode);
  const seen: RecordedEvent[] = [];
  let cursor: FeedCursor = FEED_START;
  for (let pages = 0; ; pages += 1) {
    const last = finished();
    const server = servers[pages % servers.length] ?? assert.fail('no server');
    const query = { types, after: cursor, limit, boundary, bytesMax: BYTES_MAX };
    const page = await server.eventLog.readByType(query);
    seen.push(...page.events);
    cursor = page.next;
    if (last && page.events.length === 0) return seen;
  }
}

/** UUIDs of every version, among them some that differ late, or early only by time. */
function uuidsOfAllVersions(): string[] {
  return Array.from({ length: 16 }, (_, version) =>
    Array.from({ length: IDS_OF_A_VERSION }, () => {
      const [low, middle, high = '', ...rest] = randomUUID().split('-');
      return [low, middle, version.toString(16) + high.slice(1), ...rest].join('-');
    }),
  ).flat();
}

describe('several types with one cursor on Cassandra', { skip, concurrency: 1 }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  const { keyspace } = settings;
  let ahead: CassandraBackend;
  let behind: CassandraBackend;
  let raw: Client;
  const counted = { reads: 0, ofView: 0, writes: 0 };

  /** Counts what a server asks of Cassandra. */
  function counting(session: CqlSession): CqlSession {
    return {
      read(statement, page) {
        counted.reads += 1;
        if (statement.query.includes('events_by_type')) counted.ofView += 1;
        return session.read(statement, page);
      },
      write(statements, level) {
        counted.writes += 1;
        return session.write(statements, level);
      },
      conditional: (statements, route) => session.conditional(statements, route),
    };
  }

  before(async () => {
    await createKeyspace(settings);
    raw = await rawClient(settings);
    ahead = await openServer(settings, { clockOffsetMs: 400, decorate: counting });
    behind = await openServer(settings, { clockOffsetMs: -400 });
  });
  after(async () => {
    await Promise.all([ahead.close(), behind.close(), raw.shutdown()]);
  });

  test('ids of any version at one place: in the order of Cassandra, each once', async () => {
    const ids = uuidsOfAllVersions();
    await raw.execute(`CREATE TABLE ${keyspace}.sorted (p int, id uuid, PRIMARY KEY (p, id))`);
    for (const [index, id] of ids.entries()) {
      const prepare = { prepare: true };
      await raw.execute(`INSERT INTO ${keyspace}.sorted (p, id) VALUES (0, ?)`, [id], prepare);
      const columns = '(id, version, savetime, type, payload, current_version)';
      const insert = `INSERT INTO ${keyspace}.events ${columns} VALUES (?, 1, ?, ?, '', 1)`;
      await raw.execute(insert, [id, new Date(PAST_MS), 701 + (index % 3)], prepare);
    }
    const query = `SELECT id FROM ${keyspace}.sorted WHERE p = 0`;
    const { rows } = await raw.execute(query, [], { fetchSize: ids.length });
    const sorted = rows.map((row) => requireUuid(String(row.get('id'))));
    assert.equal(sorted.length, ids.length);
    for (const limit of [1, 7, 10_000]) {
      for (const boundary of BOUNDARIES) {
        const follows = { types: [703, 701, 702], limit, boundary, finished: () => true };
        const seen = await follow([ahead], follows);
        assert.deepEqual(
          seen.map(({ stream }) => stream),
          sorted,
          `${limit} ${boundary}`,
        );
      }
    }
  });

  test('live, two servers with clocks 0.8 s apart: every event once, in order', async () => {
    const types = [711, 712, 713, 714, 715];
    let written = false;
    const finished = (): boolean => written;
    const reads = BOUNDARIES.flatMap((boundary) =>
      [[ahead], [behind], [ahead, behind]].map((servers) =>
        follow(servers, { types, limit: 20, boundary, finished }),
      ),
    );
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const server = writer % 2 === 0 ? ahead : behind;
        const stream = newStream();
        for (let round = 0; round < ROUNDS; round += 1) {
          const events = types.map((type) => textEvent(type, `${writer}/${round}/${type}`));
          const outcome = await appendOne(server.eventLog, stream, { events, freshIds: true });
          assert.equal(outcome.kind, 'appended');
        }
      }),
    );
    written = true;
    for (const seen of await Promise.all(reads)) {
      assert.equal(new Set(seen.map(textOf)).size, seen.length);
      assert.equal(seen.length, WRITERS * ROUNDS * types.length);
      const versions = new Map<string, number>();
      for (const { stream, version } of seen) {
        assert.equal(version, (versions.get(stream) ?? 0) + 1);
        versions.set(stream, version);
      }
    }
  });

  test('a page ends by its bytes without passing any type', async () => {
    const types = [721, 722];
    const stream = newStream();
    for (let round = 0; round < 6; round += 1) {
      const big = textEvent(721, 'x'.repeat(1_000_000));
      const events = [big, ...Array.from({ length: 40 }, () => textEvent(722, 'y'))];
      await appendOne(behind.eventLog, stream, { events, freshIds: true });
    }
    for (const boundary of BOUNDARIES) {
      const follows = { types, limit: 1_000, boundary, finished: () => true };
      const seen = await follow([behind], follows);
      assert.deepEqual(
        seen.map(({ version }) => version),
        Array.from({ length: 6 * 41 }, (_, index) => index + 1),
      );
    }
  });

  test('an idle reader costs one read of the view a type, and one of the marks', async (t) => {
    for (const types of [[731], [731, 732, 733, 734]]) {
      const event = textEvent(731, 'e');
      await appendOne(ahead.eventLog, newStream(), { events: [event] });
      const rules = { limit: 100, boundary: 'event', bytesMax: BYTES_MAX } as const;
      const read = (cursor: FeedCursor) =>
        ahead.eventLog.readByType({ ...rules, types: types.map(typeCode), after: cursor });
      // on a slow machine the view may show it only after some reads that found nothing more
      let page = await read(FEED_START);
      let shown = false;
      for (;;) {
        shown ||= page.events.some(({ eventId }) => eventId === event.eventId);
        if (shown && page.caughtUp) break;
        page = await read(page.next);
      }
      const { next } = page;
      let least = Number.POSITIVE_INFINITY;
      const calls = 20;
      const began = { ...counted };
      for (let call = 0; call < calls; call += 1) {
        const before = { ...counted };
        const idle = await read(next);
        assert.ok(idle.caughtUp && idle.events.length === 0);
        least = Math.min(least, counted.reads - before.reads);
      }
      assert.equal(counted.ofView - began.ofView, calls * types.length);
      assert.equal(least, types.length + 1);
      const [reads, writes] = [counted.reads - began.reads, counted.writes - began.writes];
      t.diagnostic(
        `${types.length} types: ${reads} reads, ${writes} writes in ${calls} idle calls`,
      );
    }
  });

  test('all events are refused, with a word on what to do', async () => {
    const query = { after: FEED_START, limit: 1, bytesMax: 1, boundary: 'event' } as const;
    await assert.rejects(ahead.eventLog.readAll(query), {
      code: 'NOT_SUPPORTED',
      message: /subscribe to types/,
    });
  });
});
