import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CASSANDRA_DEFAULTS, openCassandra } from '../../../src/backends/cassandra/index.js';
import { embeddedSettings, openEmbedded } from '../../../src/backends/embedded/index.js';
import { DEFAULT_LIMITS } from '../../../src/core/index.js';
import { silentLogger, systemComponents } from '../../../src/runtime/index.js';
import {
  createApplications,
  createPolicies,
  createSharedDocuments,
  createTenants,
  SharedLimits,
  type Policies,
} from '../../../src/scheduler/index.js';
import type { Backend } from '../../../src/storage/index.js';
import { cassandraForTests } from '../../../tools/test/cassandra-for-tests.js';

const components = systemComponents(silentLogger);
const { clock, timers } = components;
const PLACE = { application: 'app', destination: 'http://d.test:1' };
const LIMITS = { ratePerSecond: 20, concurrency: 3 };
const FOR_MS = 4_000;
const NEVER = new AbortController().signal;

interface Server {
  readonly tenants: ReturnType<typeof createTenants>;
  readonly policies: Policies;
  stop(): void;
}

async function serverOn(backend: Backend): Promise<Server> {
  const documents = (): Backend['documents'] => backend.documents;
  const shared = createSharedDocuments({ documents, components, scope: 'policies' });
  shared.start();
  const tenants = createTenants({
    shared,
    applications: createApplications({ documents, components }),
    timedEvents: () => backend.timedEvents,
    limits: DEFAULT_LIMITS,
    components,
  });
  await until(() => shared.fresh);
  return { tenants, policies: createPolicies(shared, components), stop: () => shared.stop() };
}

/** Resolves when it is so; rejects after 10 s. Returns how long it took. */
async function until(isSo: () => boolean): Promise<number> {
  const fromMs = clock.monotonicMs();
  while (!isSo()) {
    assert.ok(clock.monotonicMs() - fromMs < 10_000, 'not within 10 s');
    await timers.sleep(5);
  }
  return clock.monotonicMs() - fromMs;
}

/** Begins calls of 20 ms as fast as its limits let it. */
class Caller {
  static active = 0;
  static most = 0;
  static readonly begun: number[] = [];
  made = 0;
  #waiting = 500;
  readonly limits: SharedLimits;

  constructor(backend: Backend, policies: Policies) {
    this.limits = new SharedLimits({
      policies,
      documents: () => backend.documents,
      components,
      poller: components.ids.newId(),
      waiting: () => this.#waiting,
      granted: () => this.admit(),
    });
  }

  admit(): void {
    for (;;) {
      const limit = this.limits.blockedBy(PLACE);
      if (limit !== undefined) return this.limits.ask(limit);
      this.#waiting -= 1;
      void this.#call();
    }
  }

  async #call(): Promise<void> {
    const permit = this.limits.permit(PLACE);
    await timers.sleep(2);
    if (permit.begin()) {
      this.made += 1;
      Caller.begun.push(Math.floor(clock.nowMs() / 1_000));
      Caller.active += 1;
      Caller.most = Math.max(Caller.most, Caller.active);
      await timers.sleep(20);
      Caller.active -= 1;
    }
    permit.end();
    this.admit();
  }
}

async function shareLimits(backends: readonly Backend[], context: TestContext): Promise<void> {
  const servers = await Promise.all(backends.map(serverOn));
  const [one, other] = servers;
  assert.ok(one !== undefined && other !== undefined);
  const settings = { priority: 'normal', ...LIMITS } as const;
  await one.tenants.set('app', settings, NEVER);
  await one.tenants.pause('app', 'why', NEVER);
  const seenMs = await until(() => other.policies.application('app').paused !== undefined);
  assert.ok(seenMs < 2_000, `${seenMs} ms`);
  await other.tenants.resume('app', NEVER);
  assert.deepEqual(other.policies.application('app'), settings);
  await until(() => one.policies.application('app').paused === undefined);
  Caller.begun.length = 0;
  Caller.most = 0;
  const callers = servers.map(({ policies }, index) => {
    const backend = backends[index] ?? assert.fail();
    return new Caller(backend, policies);
  });
  for (const caller of callers) caller.admit();
  await timers.sleep(FOR_MS);
  for (const { limits } of callers) await limits.close(1_000);
  for (const server of servers) server.stop();
  const seconds = new Map<number, number>();
  for (const second of Caller.begun) seconds.set(second, (seconds.get(second) ?? 0) + 1);
  const made = callers.map((caller) => caller.made).join(' + ');
  context.diagnostic(
    `a pause was seen after ${Math.round(seenMs)} ms; ${made} calls, ${Caller.most} at once, ` +
      `${[...seconds.values()].join(' ')} a second`,
  );
  assert.equal(Caller.most, LIMITS.concurrency);
  assert.ok(Math.max(...seconds.values()) <= LIMITS.ratePerSecond);
  assert.ok(Caller.begun.length >= 30, `${Caller.begun.length} calls`);
  assert.ok(callers.every((caller) => caller.made > 0));
}

test('two servers on one data directory share policies and limits', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-limits-'));
  const open = (): Promise<Backend> => openEmbedded(embeddedSettings(dataDir), components);
  const backends = [await open(), await open()];
  try {
    await shareLimits(backends, context);
  } finally {
    for (const backend of backends) await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

const cassandra = await cassandraForTests();
const skip = 'skip' in cassandra ? cassandra.skip : false;

test('two servers on Cassandra share policies and limits', { skip }, async (context) => {
  const { contactPoint } = 'skip' in cassandra ? assert.fail() : cassandra;
  const keyspace = `limits_${randomBytes(6).toString('hex')}`;
  const settings = { ...CASSANDRA_DEFAULTS, contactPoints: [contactPoint], keyspace };
  const first = await openCassandra({ ...settings, createSchema: true }, components);
  const backends = [first, await openCassandra(settings, components)];
  try {
    for (const backend of backends) await until(() => backend.health().kind === 'ready');
    await shareLimits(backends, context);
  } finally {
    for (const backend of backends) await backend.close();
  }
});
