import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  OutcomeUnknownError,
  StoreError,
  storeErrorOf,
  StoreUnavailableError,
} from '../../src/client/index.js';
import { AppendRequest, AppendResponse } from '../../src/gen/cassadra/v1/event_store.js';
import {
  CancelResponse,
  OnExists,
  ScheduleBatchRequest,
  ScheduleBatchResponse,
  ScheduleOutcome,
  ScheduleRequest,
  ScheduleResponse,
  StopOutcome,
  TimedEvent,
} from '../../src/gen/cassadra/v1/scheduler.js';
import { ScriptedChannel, scriptedClient } from './scripted-channel.js';

const APPENDED = AppendResponse.encode({
  firstVersion: 1,
  lastVersion: 1,
  savetimeMs: 5n,
  duplicate: true,
}).finish();
const unknown = (): StoreError => storeErrorOf('OUTCOME_UNKNOWN', 'nobody knows');
const refused = (reason: string): StoreError => storeErrorOf(reason, 'no');

test('the very same append is sent again, with pauses that grow, until there is an answer', async () => {
  const channel = new ScriptedChannel(
    unknown(),
    refused('NOT_READY'),
    refused('QUEUE_FULL'),
    refused('UNAVAILABLE'),
    APPENDED,
  );
  const { client, time } = scriptedClient(channel);
  const appended = await client.append('s', [{ type: 'T' }, { type: 'T' }]);
  assert.deepEqual(appended, { firstVersion: 1, lastVersion: 1, savetimeMs: 5, duplicate: true });
  assert.deepEqual(time.pausesMs, [50, 100, 200, 400]);
  const requests = channel.calls.map(({ request }) => Buffer.from(request).toString('hex'));
  assert.equal(new Set(requests).size, 1);
  const { events } = AppendRequest.decode(Buffer.from(channel.calls[0]?.request ?? []));
  assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 2);
});

test('retries end after their time, with the last error when nothing was written', async () => {
  const channel = new ScriptedChannel(...Array.from({ length: 99 }, () => refused('NOT_READY')));
  const { client, time } = scriptedClient(channel, { forMs: 1_000 });
  await assert.rejects(client.append('s', { type: 'T' }), { reason: 'NOT_READY' });
  assert.deepEqual(time.pausesMs, [50, 100, 200, 400]);
});

test('once a try may have been written only a conflict says that it was not', async () => {
  const outcomes: [StoreError, string][] = [
    [refused('VERSION_CONFLICT'), 'VERSION_CONFLICT'],
    [refused('LIMIT_EXCEEDED'), 'OUTCOME_UNKNOWN'],
    [new StoreError('UNAUTHENTICATED', 'no'), 'OUTCOME_UNKNOWN'],
    [refused('INTERNAL'), 'OUTCOME_UNKNOWN'],
  ];
  for (const [second, reason] of outcomes) {
    const { client } = scriptedClient(new ScriptedChannel(unknown(), second));
    await assert.rejects(client.append('s', { type: 'T' }), { reason });
    const { client: other } = scriptedClient(new ScriptedChannel(second));
    await assert.rejects(other.append('s', { type: 'T' }), { reason: second.reason });
  }
  const late = new ScriptedChannel(
    unknown(),
    ...Array.from({ length: 99 }, () => refused('NOT_READY')),
  );
  const { client } = scriptedClient(late);
  await assert.rejects(client.append('s', { type: 'T' }), (error) => {
    assert.ok(error instanceof OutcomeUnknownError);
    assert.ok(error.cause instanceof StoreUnavailableError);
    return true;
  });
});

test('ids that the client made cannot be reused by somebody: that is a fault', async () => {
  const own = scriptedClient(new ScriptedChannel(refused('EVENT_ID_REUSED')));
  await assert.rejects(own.client.append('s', { type: 'T' }), { reason: 'INTERNAL' });
  const given = scriptedClient(new ScriptedChannel(refused('EVENT_ID_REUSED')));
  const event = { type: 'T', eventId: '0190a8c6-0000-7000-8000-000000000001' };
  await assert.rejects(given.client.append('s', event), { reason: 'EVENT_ID_REUSED' });
});

test('a limit of the caller bounds every try, and all of them', async () => {
  const channel = new ScriptedChannel(...Array.from({ length: 9 }, () => refused('NOT_READY')));
  const { client, time } = scriptedClient(channel);
  await assert.rejects(client.getStream('s', { timeoutMs: 300 }), { reason: 'NOT_READY' });
  assert.deepEqual(
    channel.calls.map(({ options }) => options.timeoutMs),
    [300, 250, 150],
  );
  assert.deepEqual(time.pausesMs, [50, 100]);
});

test('without retries there is one try', async () => {
  const channel = new ScriptedChannel(refused('NOT_READY'));
  const { client } = scriptedClient(channel, false);
  await assert.rejects(client.getStream('s'), { reason: 'NOT_READY' });
});

const CALL = {
  application: 'a',
  eventId: 'e',
  due: 1_700_000_000_000,
  http: { url: 'http://localhost/' },
} as const;

function scheduled(outcome: ScheduleOutcome): ScheduleResponse {
  const bytes = TimedEvent.encode(TimedEvent.decode(Buffer.alloc(0))).finish();
  return { timedEvent: TimedEvent.decode(Buffer.from(bytes)), outcome };
}

const bytesOf = (response: ScheduleResponse): Uint8Array =>
  ScheduleResponse.encode(response).finish();

const onExistsOf = ({ calls }: ScriptedChannel): OnExists[] =>
  calls.map(({ request }) => ScheduleRequest.decode(Buffer.from(request)).onExists);

test('a schedule accepts its own entry only after a try without an answer', async () => {
  const existed = bytesOf(scheduled(ScheduleOutcome.SCHEDULE_OUTCOME_EXISTED));
  const channel = new ScriptedChannel(refused('NOT_READY'), unknown(), existed);
  const { client } = scriptedClient(channel);
  assert.equal((await client.timers.schedule(CALL)).outcome, 'scheduled');
  assert.deepEqual(onExistsOf(channel), [
    OnExists.ON_EXISTS_REJECT,
    OnExists.ON_EXISTS_REJECT,
    OnExists.ON_EXISTS_OK_IF_SAME,
  ]);
  const asked = scriptedClient(new ScriptedChannel(existed));
  const request = { ...CALL, onExists: 'ok-if-same' } as const;
  assert.equal((await asked.client.timers.schedule(request)).outcome, 'existed');
  const taken = scriptedClient(new ScriptedChannel(unknown(), refused('TIMED_EVENT_EXISTS')));
  await assert.rejects(taken.client.timers.schedule(CALL), { reason: 'TIMED_EVENT_EXISTS' });
});

test('of many only those without a definite answer are sent again', async () => {
  const error = (code: string) =>
    ({ $case: 'error', value: { code, message: 'no', field: '' } }) as const;
  const done = {
    $case: 'scheduled',
    value: scheduled(ScheduleOutcome.SCHEDULE_OUTCOME_SCHEDULED),
  } as const;
  const batch = (...results: ScheduleBatchResponse['results'][number]['result'][]): Uint8Array =>
    ScheduleBatchResponse.encode({
      results: results.flatMap((result) => (result === undefined ? [] : [{ result }])),
    }).finish();
  const channel = new ScriptedChannel(
    batch(done, error('QUEUE_FULL'), error('INVALID_ARGUMENT'), error('OUTCOME_UNKNOWN')),
    batch(done, error('INTERNAL')),
  );
  const { client } = scriptedClient(channel);
  const requests = ['1', '2', '3', '4'].map((eventId) => ({ ...CALL, eventId }));
  const results = await client.timers.scheduleMany(requests);
  assert.deepEqual(
    results.map((result) => result.error?.reason ?? result.scheduled?.outcome),
    ['scheduled', 'scheduled', 'INVALID_ARGUMENT', 'OUTCOME_UNKNOWN'],
  );
  const second = ScheduleBatchRequest.decode(Buffer.from(channel.calls[1]?.request ?? []));
  assert.deepEqual(
    second.requests.map(({ eventId, onExists }) => [eventId, onExists]),
    [
      ['2', OnExists.ON_EXISTS_REJECT],
      ['4', OnExists.ON_EXISTS_OK_IF_SAME],
    ],
  );
});

test('a cancel is repeated until its outcome is known; gone after doubt is done', async () => {
  const outcome = (stop: StopOutcome): Uint8Array =>
    CancelResponse.encode({ outcome: stop }).finish();
  const unsure = scriptedClient(
    new ScriptedChannel(
      outcome(StopOutcome.STOP_OUTCOME_UNKNOWN),
      outcome(StopOutcome.STOP_OUTCOME_IN_FLIGHT),
    ),
  );
  assert.equal(await unsure.client.timers.cancel('a', 'e'), 'in-flight');
  const gone = scriptedClient(new ScriptedChannel(unknown(), refused('NOT_FOUND')));
  assert.equal(await gone.client.timers.cancel('a', 'e'), 'done');
  const never = scriptedClient(new ScriptedChannel(refused('NOT_FOUND')));
  await assert.rejects(never.client.timers.cancel('a', 'e'), { reason: 'NOT_FOUND' });
});
