import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { ANY_VERSION, type RetryPolicy, type UserTarget } from '../../src/core/index.js';
import { systemClock } from '../../src/runtime/index.js';
import { startReceiver } from './http-receiver.js';
import { NEVER, startMetered, type MeteredServer } from './metered-server.js';

const ATTEMPTS = 'cassadra_timer_attempts_total';
const STEPS = 'cassadra_timer_steps_total';
const ONCE: Partial<RetryPolicy> = { attemptsMax: 1 };

function start(t: TestContext, polls = true): Promise<MeteredServer> {
  return startMetered(t, {
    open: (components) => openMemory(DEFAULT_MEMORY_SETTINGS, components),
    polls,
  });
}

function httpTo(url: string): UserTarget {
  return { kind: 'http', url, method: 'POST', headers: [] };
}

interface Wish {
  readonly inMs?: number;
  readonly retry?: Partial<RetryPolicy>;
}

async function schedule(
  { scheduling }: MeteredServer,
  target: UserTarget,
  { inMs = 0, retry }: Wish = {},
): Promise<void> {
  const command = {
    key: { application: 'app', eventId: randomUUID() },
    dueMs: systemClock.nowMs() + inMs,
    payload: Buffer.from('{}'),
    target,
    retry,
    timeoutMs: undefined,
    retentionMs: undefined,
    onExists: 'reject',
  } as const;
  await scheduling.scheduler.schedule(command, NEVER);
}

test('attempts by target and outcome, lateness, callbacks, and what became of entries', async (t) => {
  const server = await start(t);
  let status = 200;
  const url = await startReceiver(t, () => status);
  await schedule(server, httpTo(url), { inMs: 50 });
  const done = await server.until(
    'completed',
    (seen) => seen.value(STEPS, { step: 'completed' }) === 1,
  );
  assert.equal(done.value(ATTEMPTS, { target: 'http', outcome: 'success' }), 1);
  assert.equal(done.value(STEPS, { step: 'fired' }), 1);
  assert.equal(done.value('cassadra_timer_lateness_seconds_count'), 1);
  assert.equal(done.value('cassadra_callback_duration_seconds_count', { outcome: 'answered' }), 1);
  assert.equal(done.value('cassadra_callbacks_open'), 0);
  assert.equal(done.value('cassadra_poller_running'), 1);
  assert.equal(done.value('cassadra_timers_held', { place: 'under_way' }), 0);

  status = 503;
  await schedule(server, httpTo(url), { retry: { attemptsMax: 2, firstDelayMs: 10 } });
  await server.until('tried again', (seen) => seen.value(STEPS, { step: 'retried' }) === 1);
  const twice = await server.until('failed', (seen) => seen.value(STEPS, { step: 'failed' }) === 1);
  assert.equal(twice.value(ATTEMPTS, { outcome: 'again' }), 2);

  status = 404;
  await schedule(server, httpTo(url));
  await server.until('final', (seen) => seen.value(ATTEMPTS, { outcome: 'final' }) === 1);

  await schedule(server, httpTo('http://10.1.2.3/'), { retry: ONCE });
  const refused = await server.until(
    'refused',
    (seen) => seen.value(ATTEMPTS, { outcome: 'refused' }) === 1,
  );
  assert.equal(
    refused.value('cassadra_callback_duration_seconds_count', { outcome: 'refused' }),
    1,
  );
});

test('an append of a timed event is an attempt, and an append', async (t) => {
  const server = await start(t);
  const target: UserTarget = {
    ...{ kind: 'append', stream: 'order-1', type: 'Expired', content: 'json' },
    ...{ contentType: undefined, metadata: undefined, expected: ANY_VERSION },
  };
  await schedule(server, target);
  const seen = await server.until(
    'appended',
    (now) => now.value(STEPS, { step: 'completed' }) === 1,
  );
  assert.equal(seen.value(ATTEMPTS, { target: 'append', outcome: 'success' }), 1);
  assert.equal(seen.value('cassadra_appends_total', { outcome: 'appended' }), 1);
});

test('what is due long ago is late', async (t) => {
  const server = await start(t);
  const url = await startReceiver(t, () => 200);
  await schedule(server, httpTo(url), { inMs: -30_000 });
  await server.until('fired', (now) => now.value('cassadra_timer_lateness_seconds_count') === 1);
  const seen = await server.scrape();
  assert.equal(seen.value(STEPS, { step: 'late' }), 1);
  assert.equal(seen.value('cassadra_timer_lateness_seconds_bucket', { le: '10' }), 0);
  assert.ok((seen.value('cassadra_timer_lateness_seconds_sum') ?? 0) >= 30);
});

test('a destination that fails twenty times in a row has its breaker open', async (t) => {
  const server = await start(t);
  const url = await startReceiver(t, () => 500);
  for (let n = 0; n < 20; n += 1) await schedule(server, httpTo(url), { retry: ONCE });
  const open = (now: { value(name: string): number | undefined }): boolean =>
    now.value('cassadra_timer_breakers_open') === 1;
  await server.until('the breaker is open', open);
});

test('no poller, no figures of one', async (t) => {
  const server = await start(t, false);
  const seen = await server.scrape();
  assert.equal(seen.value('cassadra_poller_running'), undefined);
  assert.equal(seen.value('cassadra_timers_held'), undefined);
});
