import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { embeddedStorage } from '../storages.js';
import { describeLateness, latenessMsOf, quantile } from './arrival.js';
import { startFleet, type Fleet } from './fleet.js';
import { Receiver } from './receiver.js';
import { SteadyLoad } from './steady-load.js';

const PER_SECOND = 100;
const SECONDS = 3;
/** More than a destination may have at once: those that wait for it are held too. */
const HANGING = 400;

/** How late a steady load comes to the good receiver. */
async function goodLateness({ calls, receiver }: Fleet, name: string): Promise<readonly number[]> {
  const url = receiver.url('/ok');
  const load = new SteadyLoad(calls, { name, perSecond: PER_SECOND, seconds: SECONDS, url });
  await load.added;
  await receiver.all(load.acknowledged);
  const { acknowledged } = load;
  const arrivals = receiver.arrivals.filter(({ eventId }) => acknowledged.has(eventId));
  return latenessMsOf(arrivals, load.fromMs);
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
  await goodLateness(fleet, 'warm-up');
  const without = await goodLateness(fleet, 'without');
  const hanging = await hang(t, fleet);
  const beside = await goodLateness(fleet, 'beside');
  t.diagnostic(`without a receiver that hangs: ${describeLateness(without)}`);
  t.diagnostic(`beside one: ${describeLateness(beside)}`);
  assert.equal(beside.length, PER_SECOND * SECONDS);
  assert.ok(hanging.arrivals.length < HANGING, 'the others wait in its line');
  const boundMs = 3 * quantile(without, 0.99) + 150;
  assert.ok(quantile(beside, 0.99) <= boundMs, `p99 at most ${boundMs} ms`);
});
