import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireUuid } from '../../../core/index.js';
import { FakeTime, seededRandom, silentOutput, systemIds } from '../../../runtime/index.js';
import { NoticeReader } from './notice-reader.js';
import { NoticeWriter } from './notice-writer.js';
import { OverflowSweeper } from './overflow-sweeper.js';
import { OwnedShards, type OwnedShard } from './owned-shards.js';
import { PendingNotices } from './pending-notices.js';
import { StorageClock } from './storage-clock.js';
import type { Notice, NoticeSlice, NoticeTables } from './timed-tables.js';

const ROOM = 10_000;
const LEFT = 25;

/** A table with one bucket in mind; pages are small. */
class NoticeRows implements NoticeTables {
  readonly rows: Notice[] = [];

  async writeNotice(notice: Notice): Promise<void> {
    this.rows.push(notice);
  }

  async writeLane(): Promise<void> {}

  async *readNotices({ bucket, afterMs, untilMs }: NoticeSlice): AsyncIterable<readonly Notice[]> {
    const within = this.rows.filter(({ positionMs }) => {
      const inBucket = Math.floor(positionMs / 600_000) === bucket;
      return inBucket && positionMs > afterMs && positionMs <= untilMs;
    });
    for (let start = 0; start < within.length; start += 10) yield within.slice(start, start + 10);
  }

  async readLane(): Promise<readonly Notice[]> {
    return [];
  }

  async dropBucket(): Promise<void> {}
}

function setUp() {
  const time = new FakeTime();
  const random = seededRandom(1);
  const components = { clock: time, timers: time, random, ids: systemIds, ...silentOutput };
  const tables = new NoticeRows();
  const owned = new OwnedShards();
  const pending = new PendingNotices();
  const storageClock = new StorageClock(time);
  const nowMs = time.nowMs();
  const shard: OwnedShard = {
    ...{ shard: 0, epoch: 1, sinceMs: 0, lapses: 1, readMs: nowMs, begunMs: nowMs, tailMs: nowMs },
    ...{ overflow: undefined, sweeping: undefined, backlog: undefined, lowWaterMs: 0, savedMs: 0 },
    droppedBelow: 0,
  };
  owned.add(shard);
  const common = { tables, owned, storageClock };
  const reader = new NoticeReader({ ...common, pending, onArrival: () => undefined }, components);
  const notices = new NoticeWriter(tables, 1, storageClock, time);
  const sweeper = new OverflowSweeper({ ...common, reader, notices }, components);
  const notice = (number: number): Notice => {
    const hex = String(number).padStart(8, '0');
    const generation = requireUuid(`${hex}-0000-4000-8000-000000000000`);
    const key = { application: 'test', eventId: `e${number}` };
    const times = { nextMs: nowMs + number, positionMs: nowMs + number, writtenMs: nowMs };
    return { key, generation, ...times, destination: 'http://dead.test:80', shard: 0 };
  };
  const all = Array.from({ length: ROOM + LEFT }, (_, number) => notice(number));
  tables.rows.push(...all);
  reader.add(shard, all);
  return { time, tables, pending, shard, sweeper, all };
}

/** Lets promises go on to where they wait for time. */
async function turns(): Promise<void> {
  for (let count = 0; count < 20; count += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('what has no room holds the mark back, and is taken in when there is room', async () => {
  const { time, pending, shard, sweeper, all } = setUp();
  const first = all[ROOM];
  assert.equal(shard.overflow?.fromMs, first?.positionMs);
  assert.equal(pending.get(first ?? assert.fail()), undefined);
  sweeper.start();
  for (const handed of pending.take({ monotonicMs: 0, fromMs: 0, untilMs: 1e15, limit: LEFT })) {
    pending.settle(handed, 0);
  }
  time.advance(1_000);
  await turns();
  assert.equal(shard.overflow, undefined);
  for (const left of all.slice(ROOM)) assert.ok(pending.get(left), left.key.eventId);
  await sweeper.stop();
});

test('what has waited for long is written anew at a later position, and the mark goes on', async () => {
  const { time, tables, pending, shard, sweeper, all } = setUp();
  time.advance(60_000);
  sweeper.start();
  const before = tables.rows.length;
  time.advance(1_000);
  await turns();
  assert.equal(shard.overflow, undefined);
  const parked = tables.rows.slice(before);
  assert.deepEqual(new Set(parked.map(({ key }) => key.eventId)).size, LEFT);
  for (const { key, positionMs, nextMs } of parked) {
    assert.ok(positionMs >= time.nowMs() + 7_500, 'not before it makes sense');
    assert.equal(nextMs, all.find((known) => known.key.eventId === key.eventId)?.nextMs);
  }
  assert.equal(pending.get(all[ROOM] ?? assert.fail()), undefined);
  await sweeper.stop();
});
