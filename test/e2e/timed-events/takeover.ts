import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { StorageUnderTest } from '../storages.js';
import { describeLateness, doubledAttempts, latenessMsOf, type Arrival } from './arrival.js';
import { startFleet, type Fleet } from './fleet.js';
import { SteadyLoad } from './steady-load.js';

/** Take-over in less than 5 s, and what a machine may need that does other things too. */
const LATE_MAX_MS = 5_000 + 1_000;
/** Later than this is what another process had to take over (embedded: after 250 ms). */
const ON_TIME_MS = 200;
const BEFORE_SECONDS = 3;
const AFTER_SECONDS = 8;

export interface PauseShape {
  readonly perSecond: number;
  readonly pauseMs: number;
  /** A process that is stopped amid a write may hold up the writes of all. */
  readonly holdsUpOthers: boolean;
}

/** Every acknowledged event arrived, no attempt twice, none early. Resolves with the lateness. */
async function firedOnceEach(fleet: Fleet, load: SteadyLoad): Promise<readonly number[]> {
  const { receiver } = fleet;
  await receiver.all(load.acknowledged);
  assert.equal(load.acknowledged.size, receiver.countOf(load.acknowledged));
  assert.deepEqual(doubledAttempts(receiver.arrivals), [], 'no attempt is made by two processes');
  for (const { atMs, dueMs } of receiver.arrivals) assert.ok(atMs >= dueMs, 'none is early');
  return latenessOfFirstArrivals(receiver.arrivals, load);
}

/** Of each event the arrival that came first, whatever its number: one may have been lost. */
function latenessOfFirstArrivals(
  arrivals: readonly Arrival[],
  load: SteadyLoad,
): readonly number[] {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!first.has(arrival.id)) first.set(arrival.id, arrival);
  return latenessMsOf(
    [...first.values()].map((arrival) => ({ ...arrival, attempt: 1 })),
    load.fromMs,
  );
}

/** The log of what came more than once, or not with its first attempt, explains it. */
async function explainRepeats(t: TestContext, { calls, receiver }: Fleet): Promise<void> {
  const repeated = new Set(
    receiver.arrivals.filter(({ attempt }) => attempt > 1).map(({ eventId }) => eventId),
  );
  for (const eventId of repeated) {
    await calls.settled(eventId, 'COMPLETED');
    const logged = await calls.attempts(eventId);
    const numbers = logged.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
      'each attempt has its claim',
    );
    const outcomes = logged.map(({ outcome }) => outcome.replace('ATTEMPT_OUTCOME_', ''));
    assert.equal(outcomes.at(-1), 'ANSWERED');
    assert.ok(
      outcomes.slice(0, -1).every((outcome) => outcome === 'LOST'),
      outcomes.join(),
    );
  }
  t.diagnostic(`${repeated.size} events had a lost attempt`);
}

/** Once events have fired for a while: how late the latest of them was. */
async function underWay({ receiver }: Fleet, load: SteadyLoad, perSecond: number): Promise<number> {
  const enough = perSecond * BEFORE_SECONDS;
  await receiver.until('a beginning', () => receiver.arrivals.length >= enough);
  return latenessMsOf(receiver.arrivals, load.fromMs).at(-1) ?? 0;
}

function loadOf({ calls, receiver }: Fleet, perSecond: number, seconds: number): SteadyLoad {
  return new SteadyLoad(calls, { name: 'load', perSecond, seconds, url: receiver.url('/ok') });
}

/** Attempts that came after one of a higher number of the same generation, from `index` on. */
function overtaken(arrivals: readonly Arrival[], fromIndex: number): readonly Arrival[] {
  const highest = new Map<string, number>();
  return arrivals.filter(({ id, attempt }, index) => {
    const before = highest.get(id) ?? 0;
    highest.set(id, Math.max(before, attempt));
    return index >= fromIndex && attempt < before;
  });
}

/** Two pollers on one storage; one of them is killed under load. */
export function exerciseKill(storage: StorageUnderTest, perSecond: number): void {
  test(`kill -9 of one of two on ${storage.name}: the other fires all, within 5 s`, async (t) => {
    const fleet = await startFleet(t, storage, 2);
    const [killed, other] = fleet.pollers;
    const load = loadOf(fleet, perSecond, BEFORE_SECONDS + AFTER_SECONDS);
    const calmMs = await underWay(fleet, load, perSecond);
    const before = fleet.receiver.arrivals.length;
    await killed?.stop('SIGKILL');
    await load.added;
    const lateness = await firedOnceEach(fleet, load);
    const story = `${describeLateness(lateness)}; before the kill at most ${calmMs}`;
    t.diagnostic(`${storage.name}, one killed: ${story}`);
    const late = fleet.receiver.arrivals
      .slice(before)
      .filter(({ atMs, dueMs }) => atMs - dueMs > ON_TIME_MS);
    assert.ok(late.length > 0, 'the killed one had something to fire');
    assert.ok((lateness.at(-1) ?? 0) < LATE_MAX_MS + calmMs, story);
    await explainRepeats(t, fleet);
    assert.deepEqual(await other?.stop('SIGTERM'), { code: 0, signal: null });
  });
}

/** Two pollers on one storage; one of them is stopped for a while and goes on. */
export function exercisePause(storage: StorageUnderTest, shape: PauseShape): void {
  const { perSecond, pauseMs, holdsUpOthers } = shape;
  test(`SIGSTOP for ${pauseMs} ms on ${storage.name}: it begins nothing it lost`, async (t) => {
    const fleet = await startFleet(t, storage, 2);
    const { receiver, pollers } = fleet;
    const load = loadOf(fleet, perSecond, BEFORE_SECONDS + pauseMs / 1_000 + 3);
    const calmMs = await underWay(fleet, load, perSecond);
    pollers[0]?.send('SIGSTOP');
    // the length of the pause is what is tested
    await pause(pauseMs);
    const before = receiver.arrivals.length;
    pollers[0]?.send('SIGCONT');
    await load.added;
    const lateness = await firedOnceEach(fleet, load);
    const story = `${describeLateness(lateness)}; before the pause at most ${calmMs}`;
    t.diagnostic(`${storage.name}, one paused: ${story}`);
    assert.deepEqual(overtaken(receiver.arrivals, before), [], 'nothing it lost is begun');
    const heldUpMs = holdsUpOthers ? pauseMs : 0;
    assert.ok((lateness.at(-1) ?? 0) < LATE_MAX_MS + calmMs + heldUpMs, story);
    assert.ok((lateness.at(-1) ?? 0) > ON_TIME_MS, 'the paused one had something to fire');
    await explainRepeats(t, fleet);
    for (const poller of pollers) {
      assert.deepEqual(await poller.stop('SIGTERM'), { code: 0, signal: null });
    }
  });
}
