import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { startReceiver } from './http-receiver.js';
import { NEVER, startMetered } from './metered-server.js';

test('runs of schedules, what was skipped, and what sweeps have changed', async (t) => {
  const server = await startMetered(t, {
    open: (components) => openMemory(DEFAULT_MEMORY_SETTINGS, components),
    polls: true,
  });
  const url = await startReceiver(t, () => 404);
  const { schedules, sweeps } = server.scheduling;
  const key = { application: 'app', scheduleId: 'often' };
  await schedules.create(
    {
      key,
      timing: { recurrence: { kind: 'interval', everyMs: 1_000, phaseMs: 0 }, jitterMs: 0 },
      run: {
        payload: Buffer.from('{}'),
        target: { kind: 'http', url, method: 'POST', headers: [] },
      },
    },
    'reject',
    NEVER,
  );
  await schedules.pause(key, '', NEVER);
  await schedules.trigger(key, undefined, NEVER);
  await server.until('made', (seen) => (seen.value('cassadra_schedule_runs_total') ?? 0) >= 1);
  const paused = { reason: 'paused' };
  await server.until(
    'skipped',
    (seen) => (seen.value('cassadra_schedule_skips_total', paused) ?? 0) >= 1,
  );
  await server.until(
    'the run fails',
    (seen) => (seen.value('cassadra_timer_steps_total', { step: 'failed' }) ?? 0) >= 1,
  );
  const filter = {
    ...{ application: 'app', failedFromMs: undefined, failedUntilMs: undefined },
    ...{ dueFromMs: undefined, dueUntilMs: undefined, destination: undefined, httpStatuses: [] },
  };
  const sweep = { sweepId: randomUUID(), filter, dryRun: false, perSecond: 100 };
  await sweeps.start({ ...sweep, action: 'purge' }, NEVER);
  const labels = { action: 'purge', result: 'changed' };
  const seen = await server.until(
    'purged',
    (now) => (now.value('cassadra_sweep_entries_total', labels) ?? 0) >= 1,
  );
  assert.equal(seen.value('cassadra_task_faults_total'), 0);
});
