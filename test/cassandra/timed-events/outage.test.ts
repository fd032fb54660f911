import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/runtime/index.js';
import { schedule, TimedServers, until } from './timed-servers.js';

const DAY_MS = 86_400_000;
const OUTAGE_MS = 3 * DAY_MS;
const LEFT_BEHIND = 600;
const PER_SECOND = 100;

test('three days without a poller: oldest first, at the rate set, beside what is on time', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  try {
    const nowMs = systemClock.nowMs();
    // the pollers of that time ended before anything was due
    for (let shard = 0; shard < 8; shard += 1) {
      await servers.raw.execute(
        `UPDATE ${servers.keyspace}.timed_event_shards SET low_water = ? WHERE shard = ?`,
        [new Date(nowMs - OUTAGE_MS), shard],
        { prepare: true },
      );
    }
    // a server that lived three days ago, as its clock and the notices are concerned
    const past = await servers.scheduler(-OUTAGE_MS);
    const dueOf = (index: number): number =>
      nowMs - OUTAGE_MS + 60_000 + Math.floor((index * (OUTAGE_MS - 120_000)) / LEFT_BEHIND);
    const batch = 50;
    for (let start = 0; start < LEFT_BEHIND; start += batch) {
      const indices = Array.from({ length: batch }, (_, offset) => start + offset);
      await Promise.all(indices.map((index) => schedule(past, `old ${index}`, dueOf(index))));
    }
    const begunMs = systemClock.nowMs();
    await servers.startPoller(0, { catchUpPerSecond: PER_SECOND });
    const present = await servers.scheduler(0);
    for (let index = 0; index < 20; index += 1) {
      await schedule(present, `new ${index}`, systemClock.nowMs() + 1_500 + index * 100);
    }
    const { arrivals } = servers;
    const total = LEFT_BEHIND + 20;
    await until(
      () => arrivals.length >= total,
      60_000,
      () => `${arrivals.length} of ${total}`,
    );
    const old = arrivals.filter(({ eventId }) => eventId.startsWith('old'));
    const tookMs = Math.max(...old.map(({ atMs }) => atMs)) - begunMs;
    const newLateMs = arrivals
      .filter(({ eventId }) => eventId.startsWith('new'))
      .map(({ atMs, dueMs }) => atMs - dueMs);
    context.diagnostic(
      `${LEFT_BEHIND} left behind came in ${tookMs} ms; on-time ones late by ${Math.max(...newLateMs)} ms at most`,
    );
    assert.ok(tookMs > (LEFT_BEHIND / PER_SECOND - 2) * 1_000, 'faster than the rate allows');
    assert.ok(Math.max(...newLateMs) < 2_000, 'a backlog delays nothing');
    assertOldestFirst(old.map(({ dueMs }) => dueMs));
    assert.equal(arrivals.length, total, 'each arrived once');
    await bucketsAreDropped(servers);
  } finally {
    await servers.close();
  }
});

/** Calls go at once, so neighbours may change places; four shards are read side by side. */
function assertOldestFirst(dues: readonly number[]): void {
  const sorted = [...dues].sort((left, right) => left - right);
  const places = new Map(sorted.map((dueMs, place) => [dueMs, place]));
  const offBy = dues.map((dueMs, place) => Math.abs(place - (places.get(dueMs) ?? 0)));
  const mean = offBy.reduce((sum, value) => sum + value, 0) / offBy.length;
  assert.ok(mean < LEFT_BEHIND / 10, `on average ${mean} places away from the order of due times`);
}

async function bucketsAreDropped({ raw, keyspace }: TimedServers): Promise<void> {
  const hourAgo = Math.floor((systemClock.nowMs() - 2 * 3_600_000) / 600_000);
  const left = async (): Promise<number> => {
    const { rows } = await raw.execute(
      `SELECT DISTINCT bucket, shard FROM ${keyspace}.timed_event_notices`,
    );
    return rows.filter((row) => Number(row.get('bucket')) < hourAgo).length;
  };
  await until(
    async () => (await left()) === 0,
    40_000,
    () => 'old buckets are dropped',
  );
}
