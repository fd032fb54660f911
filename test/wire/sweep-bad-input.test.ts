import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { refusedOnBothWires } from './both-wires.js';
import { hex } from './raw-caller.js';
import { serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

/** What is asked for, and the field that is named. */
type BadSweep = readonly [request: JsonObject, field: string, code?: 'LIMIT_EXCEEDED'];

const filter = (change: JsonObject, field: string): BadSweep => [
  ...([{ filter: change }, `filter.${field}`] as const),
];

const ALL = { filter: { all: true } };

const BAD: Readonly<Record<string, BadSweep>> = {
  'no filter': [{}, 'filter.all'],
  'a filter that names nothing': filter({}, 'all'),
  'all, and something else': filter({ all: true, application: 'a' }, 'all'),
  'a long id': [{ ...ALL, sweepId: 's'.repeat(201) }, 'sweep_id', 'LIMIT_EXCEEDED'],
  'an id of two lines': [{ ...ALL, sweepId: 'a\nb' }, 'sweep_id'],
  'too fast': [{ ...ALL, perSecond: 10_001 }, 'per_second'],
  'a negative rate': [{ ...ALL, perSecond: -1 }, 'per_second'],
  'an application of two lines': filter({ application: 'a\nb' }, 'application'),
  'a negative time': filter({ failedFromMs: '-1' }, 'failed_from_ms'),
  'a time in seconds': filter({ failedUntilMs: '1700000000' }, 'failed_until_ms'),
  'another time in seconds': filter({ dueFromMs: '1700000000' }, 'due_from_ms'),
  'a time over 2^53': filter({ dueUntilMs: '9007199254740993' }, 'due_until_ms'),
  'a range that is empty': filter(
    { dueFromMs: '1700000000000', dueUntilMs: '1700000000000' },
    'due_until_ms',
  ),
  'a destination that is none': filter({ destination: 'receiver.test' }, 'destination'),
  'a status that is none': filter({ httpStatuses: [500, 99] }, 'http_statuses[1]'),
  'too many statuses': [
    { filter: { httpStatuses: Array<number>(101).fill(500) } },
    ...(['filter.http_statuses', 'LIMIT_EXCEEDED'] as const),
  ],
};

for (const [name, [request, field, code = 'INVALID_ARGUMENT']] of Object.entries(BAD)) {
  test(`${name} is refused by name, and nothing begins`, async () => {
    const before = served.storage.changes;
    for (const [method, path] of [
      ['ReplayFailed', '/v1/failed:replay'],
      ['PurgeFailed', '/v1/failed:purge'],
    ] as const) {
      const refused = await refusedOnBothWires(served, method, ['POST', path, request], request);
      assert.deepEqual(refused, [400, code, field]);
    }
    assert.equal(served.storage.changes, before);
  });
}

test('what is not there is NOT_FOUND', async () => {
  const at = '/v1/applications/shop/timed-events/e';
  const event = { application: 'shop', eventId: 'e' };
  const notFound = [404, 'NOT_FOUND', undefined];
  for (const [method, path, request] of [
    ['RetryNow', `${at}:retryNow`, event],
    ['Purge', `${at}:purge`, event],
    ['CancelSweep', '/v1/sweeps/s:cancel', { sweepId: 's' }],
  ] as const) {
    const refused = await refusedOnBothWires(served, method, ['POST', path], request);
    assert.deepEqual(refused, notFound, method);
  }
});

test('names are required', async () => {
  for (const method of ['GetSweep', 'CancelSweep']) {
    const message = 'sweep_id must not be empty';
    assert.deepEqual(await served.grpc(method, {}), { code: 3, message });
  }
  for (const method of ['RetryNow', 'Purge']) {
    const message = 'event_id must not be empty';
    assert.deepEqual(await served.grpc(method, { application: 'a' }), { code: 3, message });
  }
});

test('a filter that is cut is no message', async () => {
  for (const method of ['ReplayFailed', 'PurgeFailed']) {
    const { code, message } = await served.raw(method, hex('1202 0a05'));
    assert.deepEqual([code, message], [3, 'the bytes are not a message']);
  }
});
