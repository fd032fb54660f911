import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/runtime/index.js';
import { schedule, TimedServers, until } from './timed-servers.js';

const BUCKET_MS = 600_000;
const BEFORE_EDGE_MS = 4_000;
const ADDING_MS = 8_000;
/** Dues that are added at every step, from the moment of adding and from the edge of the bucket. */
const AHEAD_MS = [-2_000, -1, 0, 1, 5, 20, 60, 250, 1_000, 3_000];
const AROUND_EDGE_MS = [-2, -1, 0, 1, 2, 50];
const STEP_MS = 40;
/** Two cores for everything; a notice that is missed is late by minutes, or for ever. */
const LATE_MAX_MS = 2_000;

test('what is added before, at and after the edge of a bucket fires on time', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  try {
    const nowMs = systemClock.nowMs();
    const edgeMs = (Math.floor(nowMs / BUCKET_MS) + 1) * BUCKET_MS;
    const shiftMs = edgeMs - BEFORE_EDGE_MS - nowMs;
    const adder = await servers.scheduler(shiftMs);
    await servers.startPoller(shiftMs);
    await servers.startPoller(shiftMs);
    const addedMs = new Map<string, number>();
    const shiftedNow = (): number => systemClock.nowMs() + shiftMs;
    const adding: Promise<void>[] = [];
    const add = (eventId: string, dueMs: number): void => {
      adding.push(
        schedule(adder, eventId, dueMs).then(() => void addedMs.set(eventId, shiftedNow())),
      );
    };
    const endMs = shiftedNow() + ADDING_MS;
    for (let step = 0; shiftedNow() < endMs; step += 1) {
      const stepMs = shiftedNow();
      const ahead = AHEAD_MS[step % AHEAD_MS.length] ?? 0;
      const around = AROUND_EDGE_MS[step % AROUND_EDGE_MS.length] ?? 0;
      add(`ahead ${step} ${ahead}`, stepMs + ahead);
      add(`edge ${step} ${around}`, edgeMs + around);
      await until(
        () => shiftedNow() >= stepMs + STEP_MS,
        1_000,
        () => 'the next step',
      );
    }
    await Promise.all(adding);
    const arrived = (): Set<string> => new Set(servers.arrivals.map(({ eventId }) => eventId));
    const missing = (): string[] => [...addedMs.keys()].filter((id) => !arrived().has(id));
    await until(
      () => missing().length === 0,
      20_000,
      () => `missing: ${missing().join(', ')}`,
    );
    const lateMs = servers.arrivals.map(({ eventId, dueMs, atMs }) => {
      assert.ok(atMs >= dueMs, `${eventId} came early`);
      return atMs - Math.max(dueMs, addedMs.get(eventId) ?? 0);
    });
    lateMs.sort((left, right) => left - right);
    const worstMs = lateMs.at(-1) ?? 0;
    context.diagnostic(
      `${addedMs.size} added; after due and added: p50 ${lateMs[lateMs.length >> 1]} ms, max ${worstMs} ms`,
    );
    assert.ok(worstMs < LATE_MAX_MS, `an event was ${worstMs} ms late`);
    assert.equal(servers.arrivals.length, addedMs.size, 'each arrived once');
  } finally {
    await servers.close();
  }
});
