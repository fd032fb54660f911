import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StorageUnderTest } from '../storages.js';
import { describeLateness, doubledAttempts, latenessMsOf } from './arrival.js';
import { startFleet } from './fleet.js';
import { addAll } from './steady-load.js';

const SINGLE_ADDS = 400;
const SINGLE_LANES = 16;

const perSecond = (count: number, fromMs: number): number =>
  Math.round((count * 1_000) / (performance.now() - fromMs));

export interface Crowd {
  readonly events: number;
  /** How long before the due second the first one is added. */
  readonly aheadMs: number;
}

/** Many events of one second, each once. */
export function exerciseSameSecond(storage: StorageUnderTest, crowd: Crowd): void {
  const { events, aheadMs } = crowd;
  test(`${events} due in the same second on ${storage.name}: each fires once`, async (t) => {
    const { calls, receiver } = await startFleet(t, storage, 0);
    const url = receiver.url('/ok');
    const dueMs = Math.ceil((Date.now() + aheadMs) / 1_000) * 1_000;
    const wish = (index: number) => ({
      eventId: `crowd-${index}`,
      dueMs: dueMs + (index % 1_000),
      url,
    });
    const wishes = Array.from({ length: events }, (_, index) => wish(index));
    const single = wishes.slice(0, SINGLE_ADDS);
    const singleFromMs = performance.now();
    const lane = async (): Promise<void> => {
      for (let next = single.shift(); next !== undefined; next = single.shift()) {
        await calls.add(next);
      }
    };
    await Promise.all(Array.from({ length: SINGLE_LANES }, () => lane()));
    t.diagnostic(`${storage.name}: ${perSecond(SINGLE_ADDS, singleFromMs)} single adds/s`);
    const batchFromMs = performance.now();
    await addAll(calls, wishes.slice(SINGLE_ADDS));
    t.diagnostic(
      `${storage.name}: ${perSecond(events - SINGLE_ADDS, batchFromMs)} adds/s in batches`,
    );
    t.diagnostic(`added ${dueMs - Date.now()} ms before they are due`);

    await receiver.all(new Set(wishes.map(({ eventId }) => eventId)));
    const last = receiver.arrivals.reduce((most, { atMs }) => Math.max(most, atMs), 0);
    const rate = Math.round((events * 1_000) / (last - dueMs));
    t.diagnostic(
      `${storage.name}: fired at ${rate}/s, ${describeLateness(latenessMsOf(receiver.arrivals))}`,
    );
    assert.deepEqual(doubledAttempts(receiver.arrivals), []);
    assert.equal(receiver.arrivals.length, events, 'nothing failed, so nothing was repeated');
    for (const { atMs, dueMs: due } of receiver.arrivals) assert.ok(atMs >= due, 'never early');
  });
}
