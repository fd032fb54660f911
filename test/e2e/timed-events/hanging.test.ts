import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { embeddedStorage } from '../storages.js';
import { describeLateness, latenessMsOf, quantile, type Arrival } from './arrival.js';
import { startFleet, type Fleet } from './fleet.js';
import { Receiver } from './receiver.js';
import { SteadyLoad } from './steady-load.js';

const PER_SECOND = 100;
const SECONDS = 4;
/** More than a destination may have at once: those that wait for it are held too. */
const HANGING = 400;

/** First arrivals of a steady load on the good receiver. */
async function goodArrivals({ calls, receiver }: Fleet, name: string): Promise<readonly Arrival[]> {
  const url = receiver.url('/ok');
  const load = new SteadyLoad(calls, { name, perSecond: PER_SECOND, seconds: SECONDS, url });
  await load.added;
  await receiver.all(load.acknowledged);
  return receiver.arrivals.filter(({ eventId }) => load.acknowledged.has(eventId));
}

async function hang(t: TestContext, { calls }: Fleet): Promise<Receiver> {
  const hanging = await Receiver.start(t);
  const load = new SteadyLoad(calls, {
    name: 'hanging',
    perSecond: HANGING,
    seconds: 1,
    url: hanging.url('/hang'),
  });
  await load.added;
  await hanging.until('as many as may', () => hanging.arrivals.length >= 64);
  return hanging;
}

test('a receiver that hangs delays no other one, on the same host too', async (t) => {
  const fleet = await startFleet(t, embeddedStorage, 0);
  await goodArrivals(fleet, 'warm-up');
  const without = latenessMsOf(await goodArrivals(fleet, 'without'));
  const hanging = await hang(t, fleet);
  const beside = latenessMsOf(await goodArrivals(fleet, 'beside'));
  t.diagnostic(`without a receiver that hangs: ${describeLateness(without)}`);
  t.diagnostic(`beside one: ${describeLateness(beside)}`);
  assert.equal(beside.length, PER_SECOND * SECONDS);
  assert.ok(hanging.arrivals.length < HANGING, 'the others wait in its line');
  const boundMs = 3 * quantile(without, 0.99) + 50;
  assert.ok(quantile(beside, 0.99) <= boundMs, `p99 at most ${boundMs} ms`);
});
