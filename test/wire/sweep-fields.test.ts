import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import type { RetryOutcome, Sweep, SweepCommand, Sweeps } from '../../src/scheduler/index.js';
import { nextPage, onBothWires, refusedOnBothWires, type HttpRequest } from './both-wires.js';
import type { RecordedCall } from './recorded-schedules.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

const calls: RecordedCall[] = [];
let served: SchedulerUnderTest;

const COUNTS = { scanned: 6_000_000_000, matched: 3, changed: 2, overtaken: 1 };

const sweepOf = (command: SweepCommand): Sweep => ({
  ...{ ...command, ...COUNTS, sweepId: command.sweepId ?? 'made', state: 'cancelled' },
  ...{ createdMs: NOW_MS, updatedMs: NOW_MS + 1 },
  examples: [{ application: 'shop', eventId: 'e' }],
});

const FILTER = {
  ...{ application: 'shop', failedFromMs: 1_600_000_000_000, failedUntilMs: 1_600_000_000_001 },
  ...{ dueFromMs: 0, dueUntilMs: 1_600_000_000_003, destination: 'append:' },
  httpStatuses: [0, 503],
};
const SWEEP = sweepOf({
  ...{ sweepId: 's', action: 'purge', filter: FILTER, dryRun: true, perSecond: 9 },
});

/** The outcome of a retry is the event's id. */
const OUTCOMES: Readonly<Record<RetryOutcome, string>> = {
  started: 'RETRY_OUTCOME_STARTED',
  'in-flight': 'RETRY_OUTCOME_IN_FLIGHT',
  finished: 'RETRY_OUTCOME_FINISHED',
  unknown: 'RETRY_OUTCOME_UNKNOWN',
};
const isOutcome = (text: string): text is RetryOutcome => text in OUTCOMES;

function noted<Answer>(answer: Answer, ...call: RecordedCall): Promise<Answer> {
  calls.push(call);
  return Promise.resolve(answer);
}

const sweeps: Sweeps = {
  retryNow: ({ eventId }) => Promise.resolve(isOutcome(eventId) ? eventId : 'unknown'),
  purge: (key) => noted(key.eventId === 'failed', 'purge', key),
  start: (command) => noted(sweepOf(command), 'start', command),
  find: (sweepId) => noted(sweepId === 'none' ? undefined : SWEEP, 'find', sweepId),
  list: (page) => noted({ sweeps: [SWEEP], next: '5 a.b' }, 'list', page),
  cancel: (sweepId) => noted(SWEEP, 'cancel', sweepId),
};

before(async () => {
  served = await serveScheduler({ instead: { sweeps } });
});

beforeEach(() => calls.splice(0));

after(() => served.stop());

const WIRE_FILTER = {
  ...{ application: 'shop', failedFromMs: '1600000000000', failedUntilMs: '1600000000001' },
  ...{ dueFromMs: '0', dueUntilMs: '1600000000003', destination: 'append:' },
  ...{ httpStatuses: [0, 503], all: false },
};
const SHOWN = {
  ...{ sweepId: 's', action: 'SWEEP_ACTION_PURGE', filter: WIRE_FILTER, dryRun: true },
  ...{ perSecond: 9, state: 'SWEEP_STATE_CANCELLED' },
  ...{ createdMs: String(NOW_MS), updatedMs: String(NOW_MS + 1), scanned: '6000000000' },
  ...{ matched: '3', changed: '2', overtaken: '1' },
  examples: [{ application: 'shop', eventId: 'e' }],
};
const AT = '/v1/applications/shop/timed-events';

for (const [outcome, name] of Object.entries(OUTCOMES)) {
  test(`a retry can be ${outcome}`, async () => {
    const http: HttpRequest = ['POST', `${AT}/${outcome}:retryNow`];
    const key = { application: 'shop', eventId: outcome };
    assert.deepEqual(await onBothWires(served, 'RetryNow', http, key), { outcome: name });
  });
}

test('only what has failed is purged', async () => {
  const key = { application: 'shop', eventId: 'failed' };
  assert.deepEqual(await onBothWires(served, 'Purge', ['POST', `${AT}/failed:purge`], key), {});
  assert.deepEqual(calls[0], ['purge', key]);
  const other = { ...key, eventId: 'other' };
  const http: HttpRequest = ['POST', `${AT}/other:purge`];
  const refused = await refusedOnBothWires(served, 'Purge', http, other);
  assert.deepEqual(refused, [409, 'NOT_FAILED', undefined]);
  assert.equal(((await served.grpc('Purge', other)) as JsonObject).code, 9);
});

for (const [method, action] of [
  ['ReplayFailed', 'replay'],
  ['PurgeFailed', 'purge'],
] as const) {
  const path = `/v1/failed:${action}`;
  test(`${method} with every field`, async () => {
    const request = { sweepId: 's', filter: WIRE_FILTER, dryRun: true, perSecond: 9 };
    const answer = await onBothWires(served, method, ['POST', path, request], request);
    assert.deepEqual(calls[0], [
      'start',
      { sweepId: 's', action, filter: FILTER, dryRun: true, perSecond: 9 },
    ]);
    const named = `SWEEP_ACTION_${action.toUpperCase()}`;
    assert.deepEqual(answer, { sweep: { ...SHOWN, action: named } });
  });

  test(`${method} of all there is, at the rate that the proto file names`, async () => {
    const nothing = Object.fromEntries(Object.keys(FILTER).map((name) => [name, undefined]));
    const filter = { ...nothing, httpStatuses: [] };
    const wanted = { sweepId: undefined, action, filter, dryRun: false, perSecond: 50 };
    const request = { filter: { all: true } };
    const answer = await onBothWires(served, method, ['POST', path, request], request);
    for (const call of calls) assert.deepEqual(call, ['start', wanted]);
    const empty = { application: '', destination: '', httpStatuses: [], all: true };
    assert.deepEqual((answer.sweep as JsonObject).filter, empty);
  });
}

test('a sweep is shown, cancelled and listed', async () => {
  const key = { sweepId: 's' };
  const shown = { sweep: SHOWN };
  assert.deepEqual(await onBothWires(served, 'GetSweep', ['GET', '/v1/sweeps/s'], key), shown);
  const cancel: HttpRequest = ['POST', '/v1/sweeps/s:cancel'];
  assert.deepEqual(await onBothWires(served, 'CancelSweep', cancel, key), shown);
  const page = await onBothWires(served, 'ListSweeps', ['GET', '/v1/sweeps'], {});
  assert.deepEqual(page.sweeps, [SHOWN]);
  const pageToken = nextPage(page);
  const path = `/v1/sweeps?page_size=2&page_token=${pageToken}`;
  await onBothWires(served, 'ListSweeps', ['GET', path], { pageSize: 2, pageToken });
  assert.deepEqual(calls.at(-1), ['list', { after: '5 a.b', limit: 2 }]);
  const names = calls.map(([name]) => name);
  assert.deepEqual(names, ['find', 'find', 'cancel', 'cancel', 'list', 'list', 'list', 'list']);
});

test('a page of sweeps is never larger than a response may be', async () => {
  await served.grpc('ListSweeps', { pageSize: 1_000 });
  assert.deepEqual(calls, [['list', { after: undefined, limit: 250 }]]);
});

test('a sweep that is not there is NOT_FOUND', async () => {
  const request = { sweepId: 'none' };
  const refused = await refusedOnBothWires(served, 'GetSweep', ['GET', '/v1/sweeps/none'], request);
  assert.deepEqual(refused, [404, 'NOT_FOUND', undefined]);
});
