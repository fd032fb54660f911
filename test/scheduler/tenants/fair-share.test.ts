import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  DEFAULT_RETRY,
  requireUuid,
  scheduled,
  type ApplicationPolicy,
  type TimedEventPlan,
} from '../../../src/core/index.js';
import {
  OPEN_POLICIES,
  Poller,
  type Policies,
  type PollerSettings,
} from '../../../src/scheduler/index.js';
import { slow } from '../fake-dispatcher.js';
import { World } from '../world.js';
import { BacklogStorage } from './backlog-storage.js';

const MANY = 100_000;
const CALL_MS = 20;
const ENCODER = new TextEncoder();

interface Backlog {
  readonly application: string;
  readonly host: string;
  readonly dueMs: readonly number[];
}

interface Scene {
  readonly backlogs: readonly Backlog[];
  readonly overMs: number;
  readonly policies?: Record<string, ApplicationPolicy>;
  readonly settings?: Partial<PollerSettings>;
}

/** How late calls of an application began: after their time, or after the poller's begin. */
async function latenessOf(application: string, scene: Scene): Promise<readonly number[]> {
  const world = new World();
  const { time, components, dispatcher } = world;
  const storage = new BacklogStorage((ms, signal) => time.sleep(ms, signal));
  const startMs = world.nowMs;
  for (const { application: key, host, dueMs } of scene.backlogs) {
    dispatcher.receivers.set(host, slow(200, CALL_MS));
    dueMs.forEach((ms, index) => {
      const plan: TimedEventPlan = {
        dueMs: startMs + ms,
        payload: ENCODER.encode('{}'),
        target: { kind: 'http', url: `http://${host}/`, method: 'POST', headers: [] },
        retry: DEFAULT_RETRY,
        timeoutMs: 15_000,
        retentionMs: 1_000,
      };
      const generation = requireUuid(components.ids.newId());
      const moment = { nowMs: startMs, change: requireUuid(components.ids.newId()) };
      const eventId = `${host} ${index}`;
      storage.put(scheduled({ application: key, eventId }, plan, generation, moment));
    });
  }
  const policies: Policies = {
    ...OPEN_POLICIES,
    application: (name) => scene.policies?.[name] ?? OPEN_POLICIES.application(name),
  };
  const timedEvents = (): BacklogStorage => storage;
  const ready = (): boolean => true;
  const { settings = {} } = scene;
  const poller = new Poller({ timedEvents, ready, dispatcher, components, policies, settings });
  world.track(poller);
  poller.start();
  await world.pass(scene.overMs);
  const late = dispatcher.made
    .filter(({ call }) => call.key.application === application)
    .map(({ call, atMs }) => atMs - Math.max(call.dueMs, startMs));
  await world.end();
  return late.toSorted((left, right) => left - right);
}

function p99(sorted: readonly number[]): number {
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
}

const FEW = Array.from({ length: 100 }, (_, index) => 1_500 + index * 10);
const few = (host: string, dueMs = FEW): Backlog => ({ application: 'few', host, dueMs });
const many = (host: string, dueMs: (index: number) => number): Backlog => ({
  application: 'app with many',
  host,
  dueMs: Array.from({ length: MANY }, (_, index) => dueMs(index)),
});

/** Both p99 side by side. `moreMs`: what sharing may cost. */
async function compare(
  context: TestContext,
  mine: Backlog,
  others: Backlog,
  moreMs = 50,
): Promise<void> {
  const overMs = 2_700;
  const alone = await latenessOf('few', { backlogs: [mine], overMs });
  const beside = await latenessOf('few', { backlogs: [others, mine], overMs });
  context.diagnostic(
    `first and p99: alone ${alone[0]} and ${p99(alone)} ms, ` +
      `beside ${MANY} of another ${beside[0]} and ${p99(beside)} ms`,
  );
  assert.equal(alone.length, mine.dueMs.length);
  assert.equal(beside.length, mine.dueMs.length, 'all have begun');
  assert.ok((beside[0] ?? 0) <= (alone[0] ?? 0) + 40);
  assert.ok(p99(beside) <= p99(alone) + moreMs, `${p99(beside)} ms beside, ${p99(alone)} ms alone`);
}

const SPREAD = (index: number): number => 1_000 + index / 50;
const AT_ONCE = (): number => 1_500;
const LATE = (index: number): number => -3_600_000 + index;
/** Both have half of 500 a second. */
const HALF_RATE_MS = 150;
const FEW_LATE = Array.from({ length: 20 }, (_, index) => -60_000 + index * 10);

for (const [what, dueMs] of [
  ['over 2 s', SPREAD],
  ['in one ms', AT_ONCE],
] as const) {
  test(`100,000 on time ${what}, another destination`, (context) =>
    compare(context, few('few.test:1'), many('many.test:1', dueMs)));

  test(`100,000 on time ${what}, the same destination`, (context) =>
    compare(context, few('same.test:1'), many('same.test:1', dueMs)));
}

test('100,000 late ones of another, another destination', (context) =>
  compare(context, few('few.test:1', FEW_LATE), many('many.test:1', LATE), HALF_RATE_MS));

test('100,000 late ones of another, the same destination', (context) =>
  compare(context, few('same.test:1', FEW_LATE), many('same.test:1', LATE), HALF_RATE_MS));

test('100,000 late ones of another, mine are on time', (context) =>
  compare(context, few('same.test:1'), many('same.test:1', LATE)));

test('late ones are caught up in proportion to priorities', async (context) => {
  const late = Array.from({ length: 3_000 }, (_, index) => -60_000 + index);
  const names = ['low', 'normal', 'high'] as const;
  const backlogs = names.map((application) => ({
    application,
    host: `${application}.test:1`,
    dueMs: late,
  }));
  const policies = Object.fromEntries(names.map((priority) => [priority, { priority }]));
  const scene = { backlogs, overMs: 3_000, policies };
  const [low = 0, normal = 0, high = 0] = await Promise.all(
    names.map(async (name) => (await latenessOf(name, scene)).length),
  );
  context.diagnostic(`low ${low}, normal ${normal}, high ${high} in 3 s`);
  assert.ok(high / normal > 3 && high / normal < 5, `${high / normal}`);
  assert.ok(normal / low > 3 && normal / low < 5, `${normal / low}`);
});

test('at the cap of all calls, applications take turns', async (context) => {
  const backlogs = ['h1.test:1', 'h2.test:1', 'h3.test:1', 'h4.test:1'].map((host) => {
    return { application: 'many', host, dueMs: Array.from({ length: 500 }, () => 1_000) };
  });
  const mine = { application: 'few', host: 'few.test:1', dueMs: [1_001, 1_200, 1_400] };
  const settings = { gate: { perDestination: 4, perApplication: 4, total: 4 } };
  const scene = { backlogs: [...backlogs, mine], overMs: 2_000, settings };
  const late = await latenessOf('few', scene);
  context.diagnostic(`${late.join(' ')} ms`);
  assert.equal(late.length, 3);
  assert.ok(Math.max(...late) <= CALL_MS + 1, `${late.join(' ')} ms`);
});
