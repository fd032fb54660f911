import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connect,
  StoregrpcClient,
  StoregrpcPollingClient,
  type Cassadra,
} from '../../src/client/index.js';
import { embeddedStorage } from '../e2e/storages.js';
import { envoyBefore, skipEnvoy } from './envoy-for-tests.js';
import { Received } from './received.js';
import { RestartedStore } from './restarted-store.js';
import { SteadyWriters, TYPES } from './steady-writers.js';

const ROUNDS = process.env['CASSADRA_TEST_LONG'] === '1' ? 12 : 3;
const HEALTHY = 'cluster.grpc-store.membership_healthy';

/** Follows the types by a subscription; `losses` are its interruptions. */
function subscriber(store: Cassadra): { received: Received; losses: number; close(): void } {
  const onDisconnect = (): void => {
    subscribed.losses += 1;
  };
  const subscription = store.subscribe({ types: TYPES, onDisconnect });
  const received = new Received();
  const subscribed = { received, losses: 0, close: () => subscription.close() };
  const follow = async (): Promise<void> => {
    for await (const event of subscription.events()) {
      received.add(String(event.data), `${event.stream}/${event.version}`);
    }
  };
  follow().catch((error: unknown) => received.fail(error));
  return subscribed;
}

test('stores restarted one after the other under load', { skip: skipEnvoy }, async (t) => {
  const storage = await embeddedStorage.prepare(t);
  const stores = [await RestartedStore.start(t, storage), await RestartedStore.start(t, storage)];
  const ports = stores.map(({ port }) => port);
  // nobody sends to the sink here
  const envoy = await envoyBefore(t, { stores: ports, sink: 1 });
  await envoy.untilStat(HEALTHY, (healthy) => healthy === 2);
  const address = `127.0.0.1:${envoy.port}`;

  const store = connect(address);
  t.after(() => store.close());
  const followed = subscriber(store);
  const polled = new Received();
  const pollingClient = new StoregrpcClient({ host: '127.0.0.1', port: envoy.port });
  t.after(() => pollingClient.close());
  const poller = new StoregrpcPollingClient({
    client: pollingClient,
    types: TYPES,
    handler: ({ payload }) => polled.add(String(JSON.parse(payload)), payload),
    intervalMs: 50,
    backoffMaxMs: 500,
  });
  await poller.start();

  const writers = new SteadyWriters(address);
  await writers.more(50);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const restarted of stores) {
      const going = writers.more(50);
      await restarted.restart();
      await envoy.untilStat(HEALTHY, (healthy) => healthy === 2);
      await going;
    }
  }
  await writers.stop();

  const { places, duplicates } = writers;
  await followed.received.until(places.size);
  await polled.until(places.size);
  followed.close();
  await poller.stop();

  // what is stored is what was acknowledged: nothing is lost, nothing is there twice
  const stored = new Map<string, string>();
  for (const stream of new Set([...places.values()].map((place) => place.split('/')[0] ?? ''))) {
    for await (const { data, version } of store.read(stream)) {
      assert.ok(!stored.has(String(data)), `${String(data)} is stored twice`);
      stored.set(String(data), `${stream}/${version}`);
    }
  }
  assert.deepEqual(stored, places);
  assert.deepEqual(followed.received.placesOnce(), places);
  assert.deepEqual(new Set(polled.contents()), new Set(places.keys()));
  assert.ok(followed.losses >= ROUNDS, 'the restarts hit the subscription');
  const retried = await envoy.stat('cluster.grpc-store.upstream_rq_retry');
  t.diagnostic(
    `${2 * ROUNDS} restarts, ${places.size} events, ${duplicates} appends found written by an ` +
      `earlier try, ${retried} tried again by Envoy, ${followed.losses} interruptions`,
  );
});
