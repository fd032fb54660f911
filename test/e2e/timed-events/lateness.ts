import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StorageUnderTest } from '../storages.js';
import { describeLateness, latenessMsOf, quantile } from './arrival.js';
import { startFleet } from './fleet.js';
import { SteadyLoad } from './steady-load.js';

const LONG = process.env['CASSADRA_TEST_LONG'] === '1';
const SECONDS = LONG ? 60 : 20;

export interface LatenessShape {
  readonly perSecond: number;
  /** Until code is compiled and, with Cassandra, what making the tables left behind is done. */
  readonly warmUpSeconds: number;
  /** No measure of the product: whatever this machine does beside it. */
  readonly p99MaxMs: number;
}

/** How late a steady load fires. */
export function measureLateness(storage: StorageUnderTest, shape: LatenessShape): void {
  const { perSecond, warmUpSeconds, p99MaxMs } = shape;
  test(`${perSecond} due a second on ${storage.name}: on time`, async (t) => {
    const { calls, receiver } = await startFleet(t, storage, 0);
    const seconds = warmUpSeconds + SECONDS;
    const url = receiver.url('/ok');
    const load = new SteadyLoad(calls, { name: 'steady', perSecond, seconds, url });
    await load.added;
    await receiver.all(load.acknowledged);
    const measured = receiver.arrivals.filter(
      ({ dueMs }) => dueMs >= load.startMs + warmUpSeconds * 1_000,
    );
    const lateness = latenessMsOf(measured, load.fromMs);
    const story = `${describeLateness(lateness)}; ${load.lateAdds(measured)} added too late`;
    t.diagnostic(`${storage.name}, ${perSecond}/s: ${story}`);
    assert.ok(lateness.length >= perSecond * SECONDS, 'all of them');
    assert.ok((latenessMsOf(measured)[0] ?? -1) >= 0, 'none is early');
    assert.ok(quantile(lateness, 0.99) < p99MaxMs, describeLateness(lateness));
  });
}
