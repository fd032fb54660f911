import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { attempted, claimed, lost, requireUuid, type TimedEvent } from '../../src/core/index.js';
import { call, type HttpAnswer } from '../http/http-caller.js';
import { hex } from './raw-caller.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

async function http(method: string, path: string, body?: JsonValue): Promise<JsonValue> {
  const answer = await call(served.httpPort, path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.equal(answer.status, 200, answer.body);
  return parsed(answer);
}

function parsed({ body }: HttpAnswer): JsonObject {
  const value = JSON.parse(body) as JsonObject;
  return value;
}

const AT = '/v1/applications/shop/timed-events';
const TARGET = { url: 'http://receiver.test/a', method: 'HTTP_METHOD_PUT', headers: [] };
const JSON_HEADER = { name: 'content-type', value: 'application/json' };
const PLAN = {
  retry: {
    ...{ attempts: 5, firstDelayMs: '500', maxDelayMs: '3600000', doublings: 16, jitter: 0 },
  },
  timeoutMs: '15000',
  retentionMs: '604800000',
};

const summary = (eventId: string, generation: string): JsonObject => ({
  application: 'shop',
  eventId,
  generation,
  status: 'TIMED_EVENT_STATUS_PENDING',
  dueMs: '1700000060000',
  nextMs: '1700000060000',
  createdMs: String(NOW_MS),
  updatedMs: String(NOW_MS),
  http: { ...TARGET, headers: [JSON_HEADER] },
  attemptCount: 0,
  failureReason: '',
});

/** application = shop, event_id = e1, due_ms = 1,700,000,060,000, json, http{url, PUT}. */
const SCHEDULE_E1 = hex(
  '0a04 73686f70 1202 6531 18 e0a499ffbc31 2a07 7b2261223a317d',
  '321a 0a16 687474703a2f2f72656365697665722e746573742f61 1003',
);
const KEY_E1 = hex('0a04 73686f70 1202 6531');

/** Over HTTP and over gRPC the same answer; its generation is whatever was first given. */
async function both(
  method: string,
  [verb, path, body]: readonly [string, string, JsonValue?],
  request: JsonValue,
): Promise<JsonValue> {
  const overHttp = await http(verb, path, body);
  assert.deepEqual(await served.grpc(method, request), overHttp);
  return overHttp;
}

test('schedule in bytes, then the same over both wires', async () => {
  const first = await served.raw('Schedule', SCHEDULE_E1);
  assert.deepEqual([first.code, first.message], [0, '']);
  assert.equal(first.response.subarray(-2).toString('hex'), '1001');
  const request = {
    ...{ eventId: 'e1', dueMs: '1700000060000', json: '{"a":1}', http: TARGET },
    onExists: 'ON_EXISTS_OK_IF_SAME',
  };
  const whole = { application: 'shop', ...request };
  const again = await both('Schedule', ['POST', AT, request], whole);
  const { generation } = await findRaw('e1');
  assert.deepEqual(again, {
    timedEvent: { ...summary('e1', generation), ...PLAN },
    outcome: 'SCHEDULE_OUTCOME_EXISTED',
  });
  await both('Schedule', ['POST', '/v1/timed-events', whole], whole);
});

async function findRaw(eventId: string): Promise<TimedEvent> {
  const event = await served.timedEvents.find({ application: 'shop', eventId });
  assert.ok(event);
  return event;
}

test('get shows the payload as it was sent', async () => {
  const { generation } = await findRaw('e1');
  const request = { application: 'shop', event_id: 'e1' };
  assert.deepEqual(await both('Get', ['GET', `${AT}/e1`], request), {
    timedEvent: { ...summary('e1', generation), ...PLAN, json: '{"a":1}' },
  });
  const { code, response } = await served.raw('Get', KEY_E1);
  assert.equal(code, 0);
  assert.ok(response.includes('{"a":1}'));
});

test('a batch answers each request for itself', async () => {
  const requests = [
    { application: 'shop', eventId: 'b1', dueMs: 1_700_000_060_000, data: '/wA=', http: TARGET },
    { application: 'shop', eventId: 'e1', dueMs: '1700000060000', http: TARGET },
    { application: 'shop', eventId: 'b2', dueMs: '0', http: { url: 'ftp://x' } },
  ];
  const answer = await http('POST', '/v1/timed-events:batch', { requests });
  const { generation } = await findRaw('b1');
  const { message: exists } = await served.raw('Schedule', SCHEDULE_E1);
  const headers = [{ name: 'content-type', value: 'application/octet-stream' }];
  const error = (code: string, message: string, field: string): JsonObject => ({
    error: { code, message, field },
  });
  assert.deepEqual(answer, {
    results: [
      {
        scheduled: {
          timedEvent: { ...summary('b1', generation), ...PLAN, http: { ...TARGET, headers } },
          outcome: 'SCHEDULE_OUTCOME_SCHEDULED',
        },
      },
      error('TIMED_EVENT_EXISTS', exists, ''),
      error('INVALID_ARGUMENT', 'http.url must begin with http:// or https://', 'http.url'),
    ],
  });
  assert.deepEqual(
    [...(await findRaw('b1')).plan.payload],
    [0xff, 0x00],
    'the bytes are those of the base64',
  );
});

test('lists page by page over both wires', async () => {
  const query = 'statuses=TIMED_EVENT_STATUS_PENDING&page_size=1&due_from_ms=1700000060000';
  const list = { application: 'shop', statuses: [1], pageSize: 1, dueFromMs: '1700000060000' };
  const seen: JsonValue[] = [];
  for (let pageToken = ''; ; ) {
    const path = `${AT}?${query}&pageToken=${pageToken}`;
    const page = await both('List', ['GET', path], { ...list, pageToken });
    assert.ok(typeof page === 'object' && page !== null && !Array.isArray(page));
    assert.ok(Array.isArray(page.timedEvents) && typeof page.nextPageToken === 'string');
    seen.push(...page.timedEvents);
    pageToken = page.nextPageToken;
    if (pageToken === '') break;
  }
  const headers = [{ name: 'content-type', value: 'application/octet-stream' }];
  assert.deepEqual(seen, [
    {
      ...summary('b1', (await findRaw('b1')).generation),
      http: { ...TARGET, headers },
    },
    summary('e1', (await findRaw('e1')).generation),
  ]);
  const none = await both('List', ['GET', `${AT}?dueUntilMs=1700000060000`], {
    ...{ application: 'shop', dueUntilMs: '1700000060000' },
  });
  assert.deepEqual(none, { timedEvents: [], nextPageToken: '' });
});

test('reschedule and cancel answer what became of it', async () => {
  const body = { due_ms: '1700000070000' };
  const key = { application: 'shop', eventId: 'b1' };
  assert.deepEqual(
    await both('Reschedule', ['POST', `${AT}/b1:reschedule`, body], { ...key, ...body }),
    { outcome: 'STOP_OUTCOME_DONE' },
  );
  assert.equal((await findRaw('b1')).plan.dueMs, 1_700_000_070_000);
  const cancelled = await served.raw('Cancel', hex('0a04 73686f70 1202 6231'));
  assert.deepEqual([cancelled.code, cancelled.response.toString('hex')], [0, '0801']);
  const gone = await call(served.httpPort, `${AT}/b1:cancel`, { method: 'POST' });
  assert.deepEqual([gone.status, parsed(gone).code], [404, 'NOT_FOUND']);
});

/** Three attempts for e1: an answer, no answer, a lost one; then it is processing again. */
async function attempt(): Promise<void> {
  const signal = new AbortController().signal;
  const poller = requireUuid('00000000-0000-7000-8000-0000000000ff');
  let changes = 0;
  const store = async (from: TimedEvent, to: TimedEvent | undefined): Promise<TimedEvent> => {
    assert.ok(to);
    const { kind } = await served.timedEvents.change({ from, to }, signal);
    assert.equal(kind, 'changed');
    return to;
  };
  const moment = (): { nowMs: number; change: ReturnType<typeof requireUuid> } => {
    changes += 1;
    const change = requireUuid(`00000000-0000-7000-9000-${String(changes).padStart(12, '0')}`);
    return { nowMs: NOW_MS + changes, change };
  };
  let event = await findRaw('e1');
  const claim = async (): Promise<void> => {
    event = await store(event, claimed(event, { poller, epoch: 1, claimedMs: NOW_MS }, moment()));
  };
  const result = (status: number): Parameters<typeof attempted>[1]['result'] =>
    status === 0
      ? { kind: 'failed', error: 'connection refused' }
      : { kind: 'answered', status, body: 'busy', retryAfterMs: undefined };
  for (const status of [503, 0]) {
    await claim();
    const outcome = { result: result(status), startedMs: NOW_MS, durationMs: 7, chance: 0 };
    event = await store(event, attempted(event, outcome, moment()));
  }
  await claim();
  event = await store(event, lost(event, moment()));
  await claim();
}

test('attempts are listed page by page; a cancel in flight says so', async () => {
  await attempt();
  const key = { application: 'shop', eventId: 'e1' };
  const nothing = { httpStatus: 0, body: '', error: '' };
  const begun = { startedMs: String(NOW_MS), durationMs: '7' };
  const first = await both('ListAttempts', ['GET', `${AT}/e1/attempts?page_size=2`], {
    ...{ ...key, pageSize: 2 },
  });
  assert.ok(typeof first === 'object' && first !== null && !Array.isArray(first));
  const { attempts, nextPageToken } = first;
  const [answered, failed] = ['ATTEMPT_OUTCOME_ANSWERED', 'ATTEMPT_OUTCOME_FAILED'];
  assert.deepEqual(attempts, [
    { ...nothing, number: 1, ...begun, outcome: answered, httpStatus: 503, body: 'busy' },
    { ...nothing, number: 2, ...begun, outcome: failed, error: 'connection refused' },
  ]);
  assert.ok(typeof nextPageToken === 'string');
  const path = `${AT}/e1/attempts?page_token=${nextPageToken}`;
  const rest = await both('ListAttempts', ['GET', path], { ...key, pageToken: nextPageToken });
  const lostOne = {
    ...{ ...nothing, number: 3, ...begun, durationMs: '6' },
    outcome: 'ATTEMPT_OUTCOME_LOST',
  };
  assert.deepEqual(rest, { attempts: [lostOne], nextPageToken: '' });
  const inFlight = await http('DELETE', `${AT}/e1`);
  assert.deepEqual(inFlight, { outcome: 'STOP_OUTCOME_IN_FLIGHT' });
  const { code, response } = await served.raw('Cancel', KEY_E1);
  assert.deepEqual([code, response.toString('hex')], [0, '0803']);
});
