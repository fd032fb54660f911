import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASSANDRA_DEFAULTS, openCassandra } from '../../../src/backends/cassandra/index.js';
import { silentLogger, systemComponents } from '../../../src/runtime/index.js';
import { cassandraForTests } from '../../../tools/test/cassandra-for-tests.js';
import { BackendWorld } from './backend-world.js';
import { FAILURES } from './failure-world.js';
import { NO_FILTER } from './sweep-world.js';

const cassandra = await cassandraForTests();
const NAMES = Array.from({ length: 20 }, (_, index) => `e-${index}`);

async function allAre(world: BackendWorld, status: string): Promise<boolean> {
  const found = await Promise.all(NAMES.map((name) => world.statusOf(name)));
  return found.every((one) => one === status);
}

// there, a poller may look between the notice of a replay and the replay itself
async function failAndAreReplayed(world: BackendWorld): Promise<void> {
  world.policies.applications.set('app', { priority: 'normal', failureEvent: FAILURES });
  world.poller.start();
  world.status = 404;
  for (const name of NAMES) await world.schedule(name);
  await world.until('all fail', () => allAre(world, 'FAILED'), 30_000);
  world.status = 200;
  const filter = { ...NO_FILTER, application: 'app' };
  const command = { action: 'replay', filter, dryRun: false, perSecond: 100 } as const;
  await world.sweeps.start({ ...command, sweepId: 's' }, world.signal);
  await world.until('all complete', () => allAre(world, 'COMPLETED'), 30_000);
  assert.equal(world.calls.length, 2 * NAMES.length);
  const told = async () => (await world.eventsOf(FAILURES.stream)).length >= NAMES.length;
  await world.until('an event of each', told, 30_000);
  assert.equal((await world.eventsOf(FAILURES.stream)).length, NAMES.length);
}

if ('skip' in cassandra) {
  test('failed entries on Cassandra', { skip: cassandra.skip });
} else {
  const { contactPoint } = cassandra;
  test('entries that fail on Cassandra are told and replayed', { timeout: 180_000 }, async () => {
    const keyspace = `failures_${randomBytes(6).toString('hex')}`;
    const contactPoints = [contactPoint];
    const settings = { ...CASSANDRA_DEFAULTS, contactPoints, keyspace, createSchema: true };
    const backend = await openCassandra(settings, systemComponents(silentLogger));
    const world = new BackendWorld(backend);
    try {
      await failAndAreReplayed(world);
    } finally {
      await world.poller.stop();
      await backend.close();
    }
  });
}
