import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DEFAULT_TIMED_EVENT_LIMITS } from '../../../src/core/index.js';
import {
  createApplications,
  createScheduler,
  type OnExists,
  type Scheduler,
} from '../../../src/scheduler/index.js';
import { TenantsWorld, type TenantServer } from './tenants-world.js';

let world: TenantsWorld;
let server: TenantServer;
let scheduler: Scheduler;
let counts: number;

function schedulerOf({ policies, documents }: TenantServer): Scheduler {
  const { components, storage } = world;
  return createScheduler({
    timedEvents: () => storage,
    ready: () => true,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    policies,
    applications: createApplications({ documents: () => documents, components }),
    components,
  });
}

beforeEach(async () => {
  world = new TenantsWorld();
  server = await world.server();
  scheduler = schedulerOf(server);
  counts = 0;
  const count = world.storage.countPending.bind(world.storage);
  world.storage.countPending = (application) => {
    counts += 1;
    return count(application);
  };
  await server.tenants.set('app', { priority: 'normal', pendingMax: 10 }, world.signal);
});
afterEach(() => world.end());

const add = (eventId: string, onExists: OnExists = 'reject', by = scheduler) =>
  by.schedule(world.command(eventId, 1_000, { onExists }), world.signal);
const REACHED = { code: 'QUOTA_REACHED' };

async function addMany(count: number, by = scheduler): Promise<number> {
  const all = Array.from({ length: count }, (_, index) => add(`e-${index}`, 'reject', by));
  const settled = await Promise.allSettled(all);
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

test('of 50 at once, as many are stored as the quota has', async () => {
  assert.equal(await addMany(50), 10);
  assert.equal(world.storage.entries.size, 10);
  await assert.rejects(add('more'), REACHED);
  const other = world.command('e', 1_000, { key: { application: 'other', eventId: 'e' } });
  await scheduler.schedule(other, world.signal);
});

test('what stands already is repeated and replaced', async () => {
  await addMany(10);
  const command = world.command('e-1', 1_000, { onExists: 'ok-if-same' });
  assert.equal((await scheduler.schedule(command, world.signal)).outcome, 'existed');
  assert.equal((await add('e-2', 'replace')).outcome, 'replaced');
  await assert.rejects(add('e-3'), { code: 'TIMED_EVENT_EXISTS' });
  await assert.rejects(add('e-10', 'replace'), REACHED);
});

test('what has finished makes room, at the latest after a second', async () => {
  await addMany(10);
  await scheduler.remove({ application: 'app', eventId: 'e-0' }, world.signal);
  await world.pass(1_100);
  await add('e-11');
  await assert.rejects(add('e-12'), REACHED);
  await scheduler.remove({ application: 'app', eventId: 'e-1' }, world.signal);
  await world.pass(1_100);
  await add('e-1');
});

test('a quota is changed at run time, and taken away', async () => {
  await addMany(10);
  await server.tenants.set('app', { priority: 'normal', pendingMax: 12 }, world.signal);
  await add('e-10');
  await add('e-11');
  await assert.rejects(add('e-12'), REACHED);
  await server.tenants.set('app', { priority: 'normal' }, world.signal);
  await add('e-12');
});

test('counts rarely: every 5 s, every second when it is nearly reached', async () => {
  await server.tenants.set('app', { priority: 'normal', pendingMax: 1_000 }, world.signal);
  for (let index = 0; index < 200; index += 1) {
    await add(`e-${index}`);
    await world.pass(50);
  }
  assert.ok(counts >= 2 && counts <= 3, `${counts} in 10 s`);
  counts = 0;
  await server.tenants.set('app', { priority: 'normal', pendingMax: 210 }, world.signal);
  for (let index = 0; index < 100; index += 1) {
    await add(`f-${index}`).catch(() => undefined);
    await world.pass(50);
  }
  assert.ok(counts >= 4 && counts <= 6, `${counts} in 5 s`);
});

test('two servers exceed it by no more than each adds between counts', async () => {
  await server.tenants.set('app', { priority: 'normal', pendingMax: 100 }, world.signal);
  const second = await world.server();
  const schedulers = [scheduler, schedulerOf(second)];
  await world.pass(600);
  let stored = 0;
  for (let index = 0; index < 400; index += 1) {
    const added = await add(`e-${index}`, 'reject', schedulers[index % 2]).catch(() => undefined);
    stored += added === undefined ? 0 : 1;
    await world.pass(20);
  }
  assert.ok(stored >= 100 && stored <= 150, `${stored} of 100`);
});

test('an add in doubt counts', async () => {
  await addMany(9);
  world.storage.fault = () => 'lost';
  await assert.rejects(add('in doubt'), { code: 'OUTCOME_UNKNOWN' });
  world.storage.fault = () => undefined;
  await assert.rejects(add('more'), REACHED);
});

test('a count that fails refuses, and the next one works', async () => {
  const count = world.storage.countPending.bind(world.storage);
  world.storage.countPending = () => Promise.reject(new Error('off'));
  await assert.rejects(add('a'), /off/);
  world.storage.countPending = count;
  await add('a');
});

test('an application is noted before its first event, once', async () => {
  const { documents } = server;
  documents.changes = 0;
  documents.fault = () => 'unavailable';
  await assert.rejects(add('a'), { code: 'UNAVAILABLE' });
  assert.equal(world.storage.entries.size, 0);
  documents.fault = () => (documents.changes === 0 ? 'lost' : undefined);
  await add('a');
  documents.off = true;
  await add('b');
  documents.off = false;
  await world.pass(600);
  const { applications } = await server.tenants.list({ after: undefined, limit: 10 });
  assert.deepEqual(
    applications.map(({ application }) => application),
    ['app'],
  );
  assert.equal(await world.documents.find({ scope: 'applications', id: 'other' }), undefined);
});
