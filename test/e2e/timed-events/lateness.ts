import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StorageUnderTest } from '../storages.js';
import { describeLateness, latenessMsOf, quantile } from './arrival.js';
import { startFleet } from './fleet.js';
import { SteadyLoad } from './steady-load.js';

const LONG = process.env['CASSADRA_TEST_LONG'] === '1';
const PER_SECOND = 200;
const WARM_UP_SECONDS = 3;
const SECONDS = LONG ? 60 : 20;
/** No measure of the product: whatever this machine does beside it. */
const P99_MAX_MS = 250;

/** How late a steady load fires. */
export function measureLateness(storage: StorageUnderTest): void {
  test(`${PER_SECOND} due a second on ${storage.name}: on time`, async (t) => {
    const { calls, receiver } = await startFleet(t, storage, 0);
    const shape = { name: 'steady', perSecond: PER_SECOND, url: receiver.url('/ok') };
    const load = new SteadyLoad(calls, { ...shape, seconds: WARM_UP_SECONDS + SECONDS });
    await load.added;
    await receiver.all(load.acknowledged);
    const measured = receiver.arrivals.filter(
      ({ dueMs }) => dueMs >= load.startMs + WARM_UP_SECONDS * 1_000,
    );
    const lateness = latenessMsOf(measured);
    t.diagnostic(`${storage.name}, ${PER_SECOND}/s: ${describeLateness(lateness)}`);
    assert.ok(lateness.length >= PER_SECOND * SECONDS, 'all of them');
    assert.ok((lateness[0] ?? -1) >= 0, 'none is early');
    assert.ok(quantile(lateness, 0.99) < P99_MAX_MS, describeLateness(lateness));
  });
}
