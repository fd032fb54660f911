import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from 'cassandra-driver';
import type { RecordedEvent, TypeCode } from '../../src/core/index.js';
import type { CassandraBackend } from '../../src/backends/cassandra/index.js';
import { appendOne, follow, newStream, textEvent, textOf, typeCode } from './events.js';
import {
  createKeyspace,
  freshKeyspace,
  openServer,
  rawClient,
  settingsForTests,
} from './open-for-tests.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;
const WRITERS = 8;
const EVENTS = process.env['CASSADRA_TEST_LONG'] === '1' ? 100_000 : 20_000;
const BATCH = 5;
const STEADY = 2_000;
const JOINS = 4;
const BURST = 40;

/** Appends `count` numbered events of one type with 8 writers, as fast as the servers take them. */
async function writeAll(
  servers: readonly CassandraBackend[],
  type: TypeCode,
  count: number,
): Promise<void> {
  const batches = count / BATCH / WRITERS;
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const server = servers[writer % servers.length];
      let stream = newStream();
      for (let batch = 0; batch < batches && server !== undefined; batch += 1) {
        if (batch % 20 === 0) stream = newStream();
        const events = Array.from({ length: BATCH }, (__, index) =>
          textEvent(type, `${writer}/${batch}/${index}`),
        );
        const outcome = await appendOne(server.eventLog, stream, { events, freshIds: true });
        assert.equal(outcome.kind, 'appended');
      }
    }),
  );
}

function assertEachOnce(seen: readonly RecordedEvent[], count: number): void {
  assert.equal(seen.length, count);
  assert.equal(new Set(seen.map(textOf)).size, count);
}

describe('the feed by type on Cassandra', { skip, concurrency: 1 }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let ahead: CassandraBackend;
  let behind: CassandraBackend;
  let raw: Client;

  before(async () => {
    await createKeyspace(settings);
    raw = await rawClient(settings);
    ahead = await openServer(settings, { clockOffsetMs: 400 });
    behind = await openServer(settings, { clockOffsetMs: -400 });
  });
  after(async () => {
    await Promise.all([ahead.close(), behind.close(), raw.shutdown()]);
  });

  const pollers = [
    ['event', 100],
    ['millisecond', 100],
  ] as const;

  test('two servers, clocks 0.8 s apart, live: every reader sees every event once', async () => {
    const type = typeCode(501);
    let written = false;
    const finished = (): boolean => written;
    const reads = pollers.flatMap(([boundary, limit]) =>
      [ahead, behind].map((server) => follow(server, type, { boundary, limit, finished })),
    );
    await writeAll([ahead, behind], type, EVENTS);
    written = true;
    for (const seen of await Promise.all(reads)) assertEachOnce(seen, EVENTS);
    assert.equal(ahead.feedGapRisks() + behind.feedGapRisks(), 0);
  });

  test('at rest, in pages of 1, 100 and 10,000', async () => {
    const type = typeCode(502);
    const burst = Array.from({ length: 500 }, (_, index) => textEvent(type, `burst/${index}`));
    await appendOne(ahead.eventLog, newStream(), { events: burst });
    await writeAll([behind], type, 400);
    for (const boundary of ['event', 'millisecond'] as const) {
      for (const limit of [1, 100, 10_000]) {
        const seen = await follow(behind, type, {
          boundary,
          limit,
          finished: () => true,
        });
        assertEachOnce(seen, 900);
        if (limit === 100) assert.equal(sharedMillisecond(seen), 500);
      }
    }
  });

  test('a reader sees at once what any server acknowledged before it asked', async () => {
    const type = typeCode(503);
    let count = 0;
    for (const [writer, reader] of [
      [ahead, ahead],
      [ahead, behind],
      [behind, ahead],
      [behind, behind],
    ] as const) {
      for (let round = 0; round < 5; round += 1) {
        await appendOne(writer.eventLog, newStream(), { events: [textEvent(type, 'e')] });
        count += 1;
        const page = await reader.eventLog.readByType({
          types: [type],
          after: { kind: 'start' },
          limit: 1_000,
          boundary: 'millisecond',
          bytesMax: 3_000_000,
        });
        assert.equal(page.events.length, count);
      }
    }
  });

  test('servers that join, idle, stop and return lose nothing', async () => {
    const type = typeCode(504);
    const rounds = 4;
    let written = false;
    const readers = [ahead, behind].map((server) =>
      follow(server, type, { boundary: 'event', limit: 100, finished: () => written }),
    );
    for (let round = 0; round < rounds; round += 1) {
      // One server writes and is read all the time; a clock 0.4 s off joins, several times.
      const writer = round % 2 === 0 ? ahead : behind;
      const steady = writeAll([writer], type, STEADY);
      for (let join = 0; join < JOINS; join += 1) {
        const clockOffsetMs = join % 4 === 3 ? 400 : -400;
        const joining = await openServer(settings, { clockOffsetMs });
        await writeAll([joining], type, BURST);
        await joining.close();
      }
      await steady;
      await noServerIsWriting();
    }
    written = true;
    for (const seen of await Promise.all(readers)) {
      assert.equal(seen.length, rounds * (STEADY + JOINS * BURST));
      assert.equal(
        new Set(seen.map((event) => event.eventId)).size,
        rounds * (STEADY + JOINS * BURST),
      );
    }
  });

  /** Idle servers take their marks back; only then a return is one. */
  async function noServerIsWriting(): Promise<void> {
    for (;;) {
      const { rows } = await raw.execute(`SELECT mark FROM ${settings.keyspace}.feed_marks`);
      if (rows.every((row) => row.get('mark') === null)) return;
    }
  }
});

/** The largest number of events that have one savetime. */
function sharedMillisecond(events: readonly RecordedEvent[]): number {
  const counts = new Map<number, number>();
  for (const { savetimeMs } of events) counts.set(savetimeMs, (counts.get(savetimeMs) ?? 0) + 1);
  return Math.max(...counts.values());
}
