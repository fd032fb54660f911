import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { connectBy, type Cassadra, type SchedulePlan } from '../../src/client/index.js';
import {
  localInvoker,
  OpenCalls,
  recurringScheduleService,
  schedulerService,
  tenantService,
} from '../../src/transport/grpc/index.js';
import { useCasesOn } from '../wire/scheduler-use-cases.js';
import { testComponents } from '../wire/store-under-test.js';
import { ForgetfulChannel } from './forgetful-channel.js';
import { listOf } from './store-for-clients.js';

const KEY = ['shop', 'report'] as const;
const URL = 'https://example.test';

const PLANS: readonly SchedulePlan[] = [
  {
    cron: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    http: { url: 'https://EXAMPLE.test', headers: { 'X-A': 'b' }, data: { n: 1 } },
    missed: { action: 'fire-all', runsMax: 3 },
    lateness: { maxMs: 60_000, action: 'skip' },
  },
  {
    everyMs: 900_000,
    append: { stream: 's', type: 'T', bytes: Uint8Array.of(0, 255), metadata: { b: '1', a: '2' } },
    overlap: 'buffer-one',
    start: 1_700_000_000_000,
  },
];

/** A client that hears nothing of the first call of any method that writes. */
async function forgetful(t: TestContext): Promise<{ store: Cassadra; channel: ForgetfulChannel }> {
  const components = testComponents();
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const opened = await useCasesOn(backend, components);
  t.after(async () => {
    await opened.close();
    await backend.close();
  });
  const { useCases } = opened;
  const { scheduler, sweeps, schedules } = useCases;
  const services = [
    schedulerService(scheduler, sweeps),
    recurringScheduleService(schedules),
    tenantService(useCases),
  ];
  const invoke = localInvoker(services, { components, openCalls: new OpenCalls() });
  const channel = new ForgetfulChannel(invoke);
  const retry = { forMs: 5_000, firstDelayMs: 1, maxDelayMs: 1 };
  return { store: connectBy(channel, { retry }), channel };
}

test('schedules: what was written without an answer is known in the end', async (t) => {
  for (const plan of PLANS) {
    const { store, channel } = await forgetful(t);
    const { schedules } = store;
    const request = { application: 'shop', scheduleId: 'report', ...plan };
    const { outcome, schedule } = await schedules.create(request);
    assert.deepEqual([outcome, schedule.made], ['created', 0]);

    const before = (await schedules.get(...KEY)) ?? assert.fail('it is there');
    const expectedRevision = before.revision;
    const changed = { ...before.plan, jitterMs: 5_000 };
    const updated = await schedules.update(...KEY, changed, { expectedRevision });
    assert.equal(updated.plan.jitterMs, 5_000);
    assert.deepEqual((await schedules.get(...KEY))?.plan, changed, 'nothing else was changed');

    const run = await schedules.trigger(...KEY, { triggerId: 't' });
    assert.deepEqual(await schedules.trigger(...KEY, { triggerId: 't' }), run, 'one wish');

    const range = { from: 1_700_000_000_000, until: 1_700_090_000_000 };
    const { backfill } = await schedules.backfill(...KEY, range);
    assert.deepEqual([backfill?.fromMs, backfill?.untilMs], [range.from, range.until]);
    assert.equal((await schedules.pause(...KEY, { note: 'why' })).paused?.note, 'why');
    assert.equal((await schedules.resume(...KEY)).paused, undefined);
    await schedules.delete(...KEY);
    assert.equal(await schedules.get(...KEY), undefined);
    assert.equal(channel.forgotten.size, 7, 'each of them was called twice');
  }
});

test('replays and purges begin once', async (t) => {
  const { store, channel } = await forgetful(t);
  const { timers } = store;
  const replay = await timers.replayFailed({ application: 'shop' });
  const purge = await timers.purgeFailed({ all: true }, { dryRun: true });
  const ids = (await listOf(timers.sweeps())).map(({ sweepId }) => sweepId);
  assert.deepEqual(ids.toSorted(), [replay.sweepId, purge.sweepId].toSorted());
  assert.equal((await timers.cancelSweep(replay.sweepId)).state, 'cancelled');
  assert.equal(channel.forgotten.size, 3);
});

test('applications: what was written without an answer is known in the end', async (t) => {
  const { store, channel } = await forgetful(t);
  const { applications } = store;
  const policy = { concurrency: 2, priority: 'low', pendingMax: 9 } as const;
  assert.equal((await applications.setPolicy('shop', policy)).policy.priority, 'low');
  assert.equal((await applications.pause('shop', { note: 'why' })).paused?.note, 'why');
  assert.equal((await applications.resume('shop')).paused, undefined);
  await applications.setDestinationLimits('shop', URL, { ratePerSecond: 5 });
  await applications.enableDestination('shop', URL);
  await applications.setCredentials('shop', URL, { kind: 'bearer', token: 'hush' });
  const [destination] = await listOf(applications.destinations('shop'));
  assert.deepEqual(
    [destination?.limits.ratePerSecond, destination?.credentials?.kind],
    [5, 'bearer'],
  );
  await applications.deleteCredentials('shop', URL);

  const { secret = '' } = await applications.createSigningKey('shop', { keyId: 'k' });
  const again = await applications.createSigningKey('shop', { keyId: 'k', secret });
  assert.equal(again.key.keyId, 'k', 'it is the key that is there');
  await assert.rejects(applications.createSigningKey('shop', { keyId: 'k' }), {
    reason: 'KEY_EXISTS',
  });
  assert.equal((await applications.signingKeys('shop')).length, 1);
  await applications.deleteSigningKey('shop', 'k');
  assert.deepEqual(await applications.signingKeys('shop'), []);
  assert.equal(channel.forgotten.size, 9);
});
