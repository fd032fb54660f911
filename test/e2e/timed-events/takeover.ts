import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { StorageUnderTest } from '../storages.js';
import { describeLateness, doubledAttempts, latenessMsOf, type Arrival } from './arrival.js';
import { startFleet, type Fleet } from './fleet.js';
import { SteadyLoad } from './steady-load.js';

const PER_SECOND = 150;
/** Take-over in less than 5 s; the rest is for a machine that does other things too. */
const LATE_MAX_MS = 5_000 + 1_000;
/** Later than this only what another process had to take over. */
const ON_TIME_MS = 500;

export interface PauseShape {
  readonly pauseMs: number;
  readonly storage: StorageUnderTest;
}

/** Every acknowledged event arrived, no attempt twice, none early. Resolves with the lateness. */
async function firedOnceEach(fleet: Fleet, load: SteadyLoad): Promise<readonly number[]> {
  const { receiver } = fleet;
  await receiver.all(load.acknowledged);
  assert.equal(load.acknowledged.size, receiver.countOf(load.acknowledged));
  assert.deepEqual(doubledAttempts(receiver.arrivals), [], 'no attempt is made by two processes');
  for (const { atMs, dueMs } of receiver.arrivals) assert.ok(atMs >= dueMs, 'none is early');
  return latenessOfFirstArrivals(receiver.arrivals);
}

/** Of each event the arrival that came first, whatever its number: one may have been lost. */
function latenessOfFirstArrivals(arrivals: readonly Arrival[]): readonly number[] {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!first.has(arrival.id)) first.set(arrival.id, arrival);
  return latenessMsOf([...first.values()].map((arrival) => ({ ...arrival, attempt: 1 })));
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

/** Two pollers on one storage, and one of them is killed or stopped under load. */
export function exerciseTakeover(storage: StorageUnderTest): void {
  describe(`take-over on ${storage.name}`, () => {
    test('kill -9 of one of two: the other fires everything, within 5 s', async (t) => {
      const fleet = await startFleet(t, storage, 2);
      const { calls, receiver, pollers } = fleet;
      const shape = { name: 'kill', perSecond: PER_SECOND, seconds: 12, url: receiver.url('/ok') };
      const load = new SteadyLoad(calls, shape);
      await receiver.until('a third', () => receiver.arrivals.length >= PER_SECOND * 4);
      const killedMs = Date.now();
      await pollers[0]?.stop('SIGKILL');
      await load.added;
      const lateness = await firedOnceEach(fleet, load);
      t.diagnostic(`${storage.name}, one killed: ${describeLateness(lateness)}`);
      const late = receiver.arrivals.filter(({ atMs, dueMs }) => atMs - dueMs > ON_TIME_MS);
      t.diagnostic(`${late.length} came later than ${ON_TIME_MS} ms`);
      assert.ok(
        late.some(({ atMs }) => atMs > killedMs),
        'the killed one had something to fire',
      );
      assert.ok((lateness.at(-1) ?? 0) < LATE_MAX_MS, describeLateness(lateness));
      await explainRepeats(t, fleet);
      assert.deepEqual(await pollers[1]?.stop('SIGTERM'), { code: 0, signal: null });
    });
  });
}

/** Two pollers, and one of them is stopped for a while and goes on. */
export function exercisePause({ pauseMs, storage }: PauseShape): void {
  test(`SIGSTOP for ${pauseMs} ms on ${storage.name}: it begins nothing it lost`, async (t) => {
    const fleet = await startFleet(t, storage, 2);
    const { calls, receiver, pollers } = fleet;
    const beforeMs = 3_000;
    const seconds = (beforeMs + pauseMs + 4_000) / 1_000;
    const shape = { name: 'pause', perSecond: PER_SECOND, seconds, url: receiver.url('/ok') };
    const load = new SteadyLoad(calls, shape);
    const dueSoFar = (afterMs: number): number => Math.floor((PER_SECOND * afterMs) / 1_000);
    await receiver.until('a beginning', () => receiver.arrivals.length >= dueSoFar(beforeMs));
    pollers[0]?.send('SIGSTOP');
    const stoppedMs = Date.now();
    await receiver.until('the pause', () => Date.now() >= stoppedMs + pauseMs);
    const before = receiver.arrivals.length;
    pollers[0]?.send('SIGCONT');
    await load.added;
    const lateness = await firedOnceEach(fleet, load);
    t.diagnostic(`${storage.name}, one paused: ${describeLateness(lateness)}`);

    const reached = new Map<string, number>();
    const stale = receiver.arrivals.filter(({ id, attempt }, index) => {
      const highest = reached.get(id) ?? 0;
      reached.set(id, Math.max(highest, attempt));
      return index >= before && attempt < highest;
    });
    assert.deepEqual(stale, [], 'nothing that another process had taken over is begun');
    assert.ok((lateness.at(-1) ?? 0) < LATE_MAX_MS, describeLateness(lateness));
    assert.ok((lateness.at(-1) ?? 0) > ON_TIME_MS, 'the paused one had something to fire');
    await explainRepeats(t, fleet);
    for (const poller of pollers) {
      assert.deepEqual(await poller.stop('SIGTERM'), { code: 0, signal: null });
    }
  });
}
