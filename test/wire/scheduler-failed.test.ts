import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { DEFAULT_RETRY, requireUuid, scheduled } from '../../src/core/index.js';
import { assertMatches, onBothWires, refusedOnBothWires, type HttpRequest } from './both-wires.js';
import { claim, fail } from './failed-entries.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

const AT = '/v1/applications/shop/timed-events';
const HTTP = { url: 'http://receiver.test/' };
const key = (eventId: string): JsonObject => ({ application: 'shop', eventId });

async function schedule(eventId: string, more: JsonObject = {}): Promise<JsonObject> {
  const body = { ...key(eventId), dueMs: String(NOW_MS), http: HTTP, ...more };
  const request = { ...body, onExists: 'ON_EXISTS_OK_IF_SAME' };
  // the first call makes it, so that both answers are the same
  await served.grpc('Schedule', request);
  const answer = await onBothWires(served, 'Schedule', ['POST', AT, request], request);
  return answer.timedEvent as JsonObject;
}

async function get(eventId: string): Promise<JsonObject> {
  const http: HttpRequest = ['GET', `${AT}/${eventId}`];
  const { timedEvent } = await onBothWires(served, 'Get', http, key(eventId));
  return timedEvent as JsonObject;
}

for (const [action, status] of [
  ['LATENESS_ACTION_SKIP', 'TIMED_EVENT_STATUS_SKIPPED'],
  ['LATENESS_ACTION_DEAD_LETTER', 'TIMED_EVENT_STATUS_FAILED'],
] as const) {
  test(`a bound of lateness is shown, and what passes it is ${status}`, async () => {
    const lateness = { maxMs: '1000', action };
    assert.deepEqual((await schedule(action, { lateness })).lateness, lateness);
    await claim(served, action, NOW_MS + 1_001);
    const late = await get(action);
    assert.deepEqual([late.status, late.lateness], [status, lateness]);
    const reason = /^it was due more than 1000 ms before/;
    assertMatches(late.failureReason, reason);
    const request = { application: 'shop', statuses: [status] };
    const http: HttpRequest = ['GET', `${AT}?statuses=${status}`];
    const { timedEvents } = await onBothWires(served, 'List', http, request);
    assert.ok(Array.isArray(timedEvents));
    const [listed] = timedEvents as JsonObject[];
    assert.deepEqual([listed?.eventId, listed?.lateness], [action, undefined]);
    assertMatches(listed?.failureReason, reason);
  });
}

test('what fires however late it is has no bound', async () => {
  for (const lateness of [{}, { action: 'LATENESS_ACTION_FIRE' }]) {
    assert.equal((await schedule('whenever', { lateness })).lateness, undefined);
  }
});

const LATENESS: readonly (readonly [lateness: JsonObject, field: string])[] = [
  [{ maxMs: '1' }, 'lateness.action'],
  [{ maxMs: '1', action: 'LATENESS_ACTION_FIRE' }, 'lateness.action'],
  [{ maxMs: '1', action: 17 }, 'lateness.action'],
  [{ action: 'LATENESS_ACTION_SKIP' }, 'lateness.max_ms'],
  [{ maxMs: '-1', action: 'LATENESS_ACTION_SKIP' }, 'lateness.max_ms'],
  [{ maxMs: '315360000001', action: 'LATENESS_ACTION_SKIP' }, 'lateness.max_ms'],
];

for (const [lateness, field] of LATENESS) {
  test(`lateness ${JSON.stringify(lateness)} is refused by name`, async () => {
    const request = { ...key('refused'), dueMs: '0', http: HTTP, lateness };
    const http: HttpRequest = ['POST', AT, request];
    const refused = await refusedOnBothWires(served, 'Schedule', http, request);
    assert.deepEqual(refused, [400, 'INVALID_ARGUMENT', field]);
    const none = await served.timedEvents.find({ application: 'shop', eventId: 'refused' });
    assert.equal(none, undefined);
  });
}

test('a retry begins a failed one again, which says since when', async () => {
  await schedule('again');
  await fail(served, 'again', NOW_MS);
  const http: HttpRequest = ['POST', `${AT}/again:retryNow`];
  const answer = await onBothWires(served, 'RetryNow', http, key('again'));
  assert.deepEqual(answer, { outcome: 'RETRY_OUTCOME_STARTED' });
  const { status, replayedMs, attemptCount, failureReason } = await get('again');
  assert.deepEqual([status, attemptCount, failureReason], ['TIMED_EVENT_STATUS_PENDING', 1, '']);
  assert.ok(Number(replayedMs) >= NOW_MS && Number(replayedMs) <= NOW_MS + 1);
});

test('a purge deletes what has failed, and nothing else', async () => {
  await schedule('purged');
  const http: HttpRequest = ['POST', `${AT}/purged:purge`];
  const pending = await refusedOnBothWires(served, 'Purge', http, key('purged'));
  assert.deepEqual(pending, [409, 'NOT_FAILED', undefined]);
  await fail(served, 'purged', NOW_MS);
  assert.deepEqual(await served.grpc('Purge', key('purged')), {});
  const gone = await refusedOnBothWires(served, 'Get', ['GET', `${AT}/purged`], key('purged'));
  assert.equal(gone[1], 'NOT_FOUND');
});

test('a run of a schedule says of which and why', async () => {
  const uuid = (digit: number) => requireUuid(`00000000-0000-7000-a000-00000000000${digit}`);
  const run = { scheduleId: 'nightly', nominalMs: NOW_MS - 5, cause: 'backfill' } as const;
  const target = { kind: 'http', url: HTTP.url, method: 'POST', headers: [] } as const;
  const plan = {
    ...{ dueMs: NOW_MS, payload: new Uint8Array(), target, retry: DEFAULT_RETRY, run },
    ...{ timeoutMs: 1_000, retentionMs: 3_600_000 },
  };
  const moment = { nowMs: NOW_MS, change: uuid(2) };
  const to = scheduled({ application: 'shop', eventId: 'run' }, plan, uuid(1), moment);
  await served.timedEvents.change({ from: undefined, to }, new AbortController().signal);
  assert.deepEqual((await get('run')).run, {
    ...{ scheduleId: 'nightly', nominalMs: String(NOW_MS - 5), cause: 'RUN_CAUSE_BACKFILL' },
  });
});

test('a sweep of an id begins once, is shown and listed, and can be cancelled', async () => {
  const path = '/v1/failed:replay';
  const request = { sweepId: 'first', filter: { application: 'shop' }, perSecond: 3 };
  const { sweep } = await onBothWires(served, 'ReplayFailed', ['POST', path, request], request);
  const begun = sweep as JsonObject;
  assert.deepEqual([begun.state, begun.createdMs], ['SWEEP_STATE_RUNNING', String(NOW_MS)]);
  const other = { ...request, perSecond: 4 };
  assert.deepEqual(await refusedOnBothWires(served, 'ReplayFailed', ['POST', path, other], other), [
    409,
    'SWEEP_EXISTS',
    undefined,
  ]);
  const named = { sweepId: 'first' };
  const shown = await onBothWires(served, 'GetSweep', ['GET', '/v1/sweeps/first'], named);
  assert.deepEqual(shown.sweep, begun);
  await served.grpc('PurgeFailed', { sweepId: 'second', filter: { all: true }, dryRun: true });
  const all = await onBothWires(served, 'ListSweeps', ['GET', '/v1/sweeps'], {});
  assert.ok(Array.isArray(all.sweeps) && all.sweeps.length === 2);
  const http: HttpRequest = ['GET', '/v1/sweeps?page_size=1'];
  const first = await onBothWires(served, 'ListSweeps', http, { pageSize: 1 });
  const { nextPageToken: pageToken = '' } = first;
  const rest = (await served.grpc('ListSweeps', { pageToken })) as JsonObject;
  assert.deepEqual([first.sweeps, rest.sweeps].flat(), all.sweeps);
  const cancel: HttpRequest = ['POST', '/v1/sweeps/first:cancel'];
  const cancelled = await onBothWires(served, 'CancelSweep', cancel, named);
  assert.equal((cancelled.sweep as JsonObject).state, 'SWEEP_STATE_CANCELLED');
});

test('a sweep without an id gets one', async () => {
  const one = (await served.grpc('ReplayFailed', {
    filter: { all: true },
    dryRun: true,
  })) as JsonObject;
  const two = (await served.grpc('ReplayFailed', {
    filter: { all: true },
    dryRun: true,
  })) as JsonObject;
  const idOf = ({ sweep }: JsonObject): unknown => (sweep as JsonObject).sweepId;
  assert.match(String(idOf(one)), /^[\w-]{10,100}$/);
  assert.notEqual(idOf(one), idOf(two));
});
