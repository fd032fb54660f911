import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeTime } from './fake-time.js';
import { seededRandom } from './random.js';

/** Notes the names of sleeps in the order in which they end. */
function sleeper(time: FakeTime) {
  const woken: string[] = [];
  const sleep = (name: string, ms: number, signal?: AbortSignal): Promise<void> =>
    time.sleep(ms, signal).then(() => {
      woken.push(name);
    });
  return { woken, sleep };
}

describe('fake time', () => {
  test('stands still until it is moved, then both clocks move', () => {
    const time = new FakeTime(1_000);
    assert.equal(time.nowMs(), 1_000);
    assert.equal(time.monotonicMs(), 0);
    time.advance(250);
    assert.equal(time.nowMs(), 1_250);
    assert.equal(time.monotonicMs(), 250);
  });

  test('wakes in order of time, and only who is due', async () => {
    const time = new FakeTime();
    const { woken, sleep } = sleeper(time);
    const late = sleep('late', 30);
    const second = sleep('second', 20);
    const first = sleep('first', 10);
    time.advance(9);
    await Promise.resolve();
    assert.deepEqual(woken, []);
    time.advance(11);
    await Promise.all([first, second]);
    assert.deepEqual(woken, ['first', 'second']);
    time.advance(10);
    await late;
  });

  test('an aborted sleep ends at once, without moving time', async () => {
    const time = new FakeTime();
    const { woken, sleep } = sleeper(time);
    const stop = new AbortController();
    const sleeping = sleep('sleeping', 1_000, stop.signal);
    stop.abort();
    await sleeping;
    await sleep('after', 1_000, stop.signal);
    assert.deepEqual(woken, ['sleeping', 'after']);
    assert.equal(time.monotonicMs(), 0);
  });

  test('what is to be called later is called once, or not at all when it is cancelled', () => {
    const time = new FakeTime();
    const called: string[] = [];
    time.after(10, () => {
      called.push('first');
      cancelDue();
    });
    const cancelDue = time.after(20, () => called.push('due, but cancelled meanwhile'));
    const cancel = time.after(5, () => called.push('cancelled'));
    cancel();
    time.advance(30);
    time.advance(30);
    assert.deepEqual(called, ['first']);
    assert.equal(time.msUntilWake(), Infinity);
  });

  test('a jump of the wall clock wakes nobody', async () => {
    const time = new FakeTime(1_000);
    const { woken, sleep } = sleeper(time);
    const sleeping = sleep('sleeping', 10);
    time.jumpWallTo(500_000);
    await Promise.resolve();
    assert.equal(time.nowMs(), 500_000);
    assert.equal(time.monotonicMs(), 0);
    assert.deepEqual(woken, []);
    time.advance(10);
    await sleeping;
  });
});

describe('seeded random', () => {
  test('repeats itself, stays in its range and depends on the seed', () => {
    const take = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 1_000 }, () => random.next());
    };
    assert.deepEqual(take(7), take(7));
    assert.notDeepEqual(take(7), take(8));
    const values = take(7);
    assert.ok(values.every((value) => value >= 0 && value < 1));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean - 0.5) < 0.05);
  });
});
