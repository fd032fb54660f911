import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../../src/backends/embedded/index.js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../../src/backends/memory/index.js';
import { silentLogger, systemComponents } from '../../../src/runtime/index.js';
import type { Backend } from '../../../src/storage/index.js';
import { BackendWorld } from './backend-world.js';
import { FAILURES } from './failure-world.js';
import { NO_FILTER } from './sweep-world.js';

const components = systemComponents(silentLogger);
const FAILED = 10_000;
const TEST_TIME = { timeout: 120_000 };

async function onMemory(work: (backend: Backend) => Promise<void>): Promise<void> {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  try {
    await work(backend);
  } finally {
    await backend.close();
  }
}

async function onEmbedded(work: (backend: Backend) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-failures-'));
  const backend = await openEmbedded(embeddedSettings(dataDir), components);
  try {
    await work(backend);
  } finally {
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The poller is stopped, also when the work fails. */
async function inWorld(backend: Backend, work: (world: BackendWorld) => Promise<void>) {
  const world = new BackendWorld(backend);
  try {
    await work(world);
  } finally {
    await world.poller.stop();
  }
}

/** It fails, is told, is gone; then it is enabled, replayed, and done. */
async function failsAndIsReplayed(world: BackendWorld): Promise<void> {
  world.policies.applications.set('app', { priority: 'normal', failureEvent: FAILURES });
  world.poller.start();
  world.status = 410;
  await world.schedule('a');
  const told = async () => (await world.eventsOf(FAILURES.stream)).length === 1;
  await world.until('an event', told, 10_000);
  assert.equal(await world.statusOf('a'), 'FAILED');
  const [event] = await world.eventsOf(FAILURES.stream);
  assert.ok(event?.content.kind === 'text');
  assert.match(event.content.text, /"reason":"the receiver answered 410"/);
  assert.equal(world.policies.destinations.size, 1);

  world.policies.destinations.clear();
  world.status = 200;
  const filter = { ...NO_FILTER, application: 'app', httpStatuses: [410] };
  const command = { sweepId: 's', action: 'replay', filter, dryRun: false, perSecond: 10 } as const;
  await world.sweeps.start(command, world.signal);
  const done = async () => (await world.statusOf('a')) === 'COMPLETED';
  await world.until('it completed', done, 10_000);
  const ended = async () => (await world.sweeps.find('s'))?.state === 'done';
  await world.until('the sweep is done', ended, 10_000);
  assert.equal((await world.sweeps.find('s'))?.changed, 1);
  assert.equal((await world.eventsOf(FAILURES.stream)).length, 1);
  assert.equal(world.calls.length, 2);
}

describe('an entry that fails, is told and is replayed', () => {
  test('in memory', TEST_TIME, () => {
    return onMemory((backend) => inWorld(backend, failsAndIsReplayed));
  });

  test('on the embedded store', TEST_TIME, () => {
    return onEmbedded((backend) => inWorld(backend, failsAndIsReplayed));
  });
});

test(`${FAILED} that failed are replayed on the embedded store`, TEST_TIME, (context) => {
  return onEmbedded((backend) =>
    inWorld(backend, async (world) => {
      const names = Array.from({ length: FAILED }, (_, index) => `e-${index}`);
      await Promise.all(names.map((name) => world.storeFailed(name)));
      world.poller.start();
      const filter = { ...NO_FILTER, application: 'app' };
      const command = { action: 'replay', filter, dryRun: false, perSecond: 10_000 } as const;
      const fromMs = components.clock.monotonicMs();
      const { sweepId } = await world.sweeps.start({ ...command, sweepId: 's' }, world.signal);
      const ended = async () => (await world.sweeps.find(sweepId))?.state === 'done';
      await world.until('the sweep is done', ended, 60_000);
      const sweptMs = components.clock.monotonicMs() - fromMs;
      await world.until('all are called', async () => world.calls.length >= FAILED, 60_000);
      const completed = async () => world.poller.stats().completed === FAILED;
      await world.until('all have completed', completed, 60_000);
      const { matched, changed, overtaken } = (await world.sweeps.find(sweepId)) ?? {};
      assert.deepEqual([matched, changed, overtaken], [FAILED, FAILED, 0]);
      assert.equal(new Set(world.calls.map(({ key }) => key.eventId)).size, FAILED);
      assert.equal(world.calls.length, FAILED, 'each once');
      const firedMs = components.clock.monotonicMs() - fromMs;
      context.diagnostic(`replayed in ${Math.round(sweptMs)} ms, fired in ${Math.round(firedMs)}`);
    }),
  );
});
