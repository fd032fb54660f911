import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FeedCursor } from '../../src/core/index.js';
import type { CassandraBackend } from '../../src/backends/cassandra/index.js';
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
const PAGE = { limit: 1_000, boundary: 'event', bytesMax: 3 * 1_048_576 } as const;
const WRITERS = 4;
const ENDS = 12;
/** Long enough that a wait for what is lost fails. */
const TIMEOUT = { timeout: 60_000 };
/** Shorter than the time for which `feedEnd` waits until all is visible. */
const IN_TIME_MS = 400;

/** Reads one type from a cursor on until everything wanted was seen; answers all that was. */
async function readUntilSeen(
  server: CassandraBackend,
  type: number,
  from: { readonly after: FeedCursor; readonly wanted: readonly string[] },
): Promise<string[]> {
  const seen: string[] = [];
  let { after: cursor } = from;
  const missing = new Set(from.wanted);
  while (missing.size > 0) {
    const query = { ...PAGE, types: [typeCode(type)], after: cursor };
    const page = await server.eventLog.readByType(query);
    for (const text of page.events.map(textOf)) {
      seen.push(text);
      missing.delete(text);
    }
    cursor = page.next;
  }
  return seen;
}

describe('the end of the feed on Cassandra', { skip, concurrency: 1 }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let ahead: CassandraBackend;
  let behind: CassandraBackend;

  before(async () => {
    await createKeyspace(settings);
    ahead = await openServer(settings, { clockOffsetMs: 400 });
    behind = await openServer(settings, { clockOffsetMs: -400 });
  });
  after(async () => {
    await Promise.all([ahead.close(), behind.close()]);
  });

  /** Appends on one server, asks another, appends on a third; all ways of choosing from two. */
  async function appendAround(
    servers: readonly [CassandraBackend, CassandraBackend],
    firstType: number,
    check: (seen: readonly string[], tookMs: number) => void,
  ): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      const [first, asked, second] = [
        servers[round & 1] ?? servers[0],
        servers[(round >> 1) & 1] ?? servers[0],
        servers[(round >> 2) & 1] ?? servers[0],
      ];
      const type = firstType + round;
      await appendOne(first.eventLog, newStream(), { events: [textEvent(type, 'before')] });
      const began = performance.now();
      const end = await asked.eventLog.feedEnd();
      const tookMs = performance.now() - began;
      await appendOne(second.eventLog, newStream(), { events: [textEvent(type, 'after')] });
      for (const reader of servers) {
        const from = { after: end, wanted: ['after'] };
        check(await readUntilSeen(reader, type, from), tookMs);
      }
    }
  }

  test('stands between what was acknowledged before and what comes after', TIMEOUT, async () => {
    const servers = [await openServer(settings), await openServer(settings)] as const;
    let inTime = 0;
    try {
      await appendAround(servers, 801, (seen, tookMs) => {
        if (tookMs > IN_TIME_MS) return;
        inTime += 1;
        assert.deepEqual(seen, ['after']);
      });
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
    assert.ok(inTime > 0);
  });

  test('clocks 0.8 s apart: what comes after is never before it', TIMEOUT, async () => {
    await appendAround([ahead, behind], 811, (seen) => assert.equal(seen.at(-1), 'after'));
  });

  test('beside busy writers: all that is begun later comes after', TIMEOUT, async () => {
    const type = 831;
    const begun: string[] = [];
    const ends: { readonly end: FeedCursor; readonly answered: number }[] = [];
    let asking = true;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      const server = writer % 2 === 0 ? ahead : behind;
      const stream = newStream();
      for (let round = 0; asking; round += 1) {
        const text = `${writer}/${round}`;
        begun.push(text);
        const events = [textEvent(type, text)];
        const outcome = await appendOne(server.eventLog, stream, { events });
        assert.equal(outcome.kind, 'appended');
      }
    });
    for (let asked = 0; asked < ENDS; asked += 1) {
      const end = await (asked % 2 === 0 ? ahead : behind).eventLog.feedEnd();
      ends.push({ end, answered: begun.length });
    }
    asking = false;
    await Promise.all(writers);
    for (const { end, answered } of ends) {
      const wanted = begun.slice(answered);
      await readUntilSeen(answered % 2 === 0 ? ahead : behind, type, { after: end, wanted });
    }
  });

  test(
    'with foreign writers it trails, and what they write later comes after',
    TIMEOUT,
    async () => {
      const type = 841;
      const trailing = await openServer({ ...settings, foreignWriters: true });
      const raw = await rawClient(settings);
      try {
        const askedAtMs = Date.now();
        const end = await trailing.eventLog.feedEnd();
        assert.ok(end.kind === 'savetime');
        assert.ok(end.savetimeMs < askedAtMs + 1_000 - settings.feedDelayMs);
        const insert =
          `INSERT INTO ${settings.keyspace}.events (id, version, savetime, type, payload, ` +
          `current_version) VALUES (?, 1, toTimestamp(now()), ?, 'foreign', 1)`;
        await raw.execute(insert, [newStream().id, type], { prepare: true });
        const from = { after: end, wanted: ['foreign'] };
        assert.deepEqual(await readUntilSeen(trailing, type, from), ['foreign']);
      } finally {
        await Promise.all([trailing.close(), raw.shutdown()]);
      }
    },
  );
});
