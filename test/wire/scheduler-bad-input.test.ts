import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { call } from '../http/http-caller.js';
import { hex } from './raw-caller.js';
import { serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

interface BadInput {
  readonly method: string;
  readonly path: string;
  readonly request: JsonObject;
  readonly code: string;
  readonly field: string;
  /** Only JSON can be wrong like this. */
  readonly jsonOnly?: boolean;
}

const KEY = { application: 'shop', event_id: 'e' };
const GOOD = { ...KEY, due_ms: '0', http: { url: 'http://receiver.test/' } };
const GOOD_HTTP = GOOD.http;

const scheduleWith = (
  change: JsonObject,
  field: string,
  { code = 'INVALID_ARGUMENT', jsonOnly = false } = {},
): BadInput => ({
  ...{ method: 'Schedule', path: '/v1/timed-events', code, field, jsonOnly },
  request: { ...GOOD, ...change },
});

const json = { jsonOnly: true };
const limit = { code: 'LIMIT_EXCEEDED' };
const headers = (name: string, value: string): JsonObject => ({
  http: { ...GOOD_HTTP, headers: [{ name, value }] },
});

const appendWith = (
  fields: JsonObject,
  field: string,
  { code = 'INVALID_ARGUMENT' } = {},
): BadInput => ({
  ...{ method: 'Schedule', path: '/v1/timed-events', code, field },
  request: { ...KEY, due_ms: '0', append: { stream: 's', type: 't', ...fields } },
});

const SCHEDULES: Readonly<Record<string, BadInput>> = {
  'an unknown field': scheduleWith({ colour: 'red' }, 'colour', json),
  'an unknown field inside': scheduleWith({ retry: { tries: 1 } }, 'retry.tries', json),
  'a text for a number': scheduleWith({ due_ms: 'soon' }, 'due_ms', json),
  'a number with a fraction': scheduleWith({ due_ms: 1.5 }, 'due_ms', json),
  'a number for a text': scheduleWith({ application: 7 }, 'application', json),
  'both payloads': scheduleWith({ data: 'AA==', json: '{}' }, 'payload', json),
  'base64 that is none': scheduleWith({ data: '?' }, 'data', json),
  'an unknown name of an enum': scheduleWith({ on_exists: 'ON_EXISTS_SHRUG' }, 'on_exists', json),
  'an unknown name of a method': scheduleWith(
    { http: { ...GOOD_HTTP, method: 'FETCH' } },
    'http.method',
    json,
  ),
  'an unknown number of an enum': scheduleWith({ on_exists: 77 }, 'on_exists'),
  'an unknown method': scheduleWith({ http: { ...GOOD_HTTP, method: 99 } }, 'http.method'),
  'no due time': scheduleWith({ due_ms: null }, 'due_ms'),
  'a negative due time': scheduleWith({ due_ms: '-1' }, 'due_ms'),
  'a due time that is too far': scheduleWith({ due_ms: '9000000000000' }, 'due_ms'),
  'a number over 2^53 as text': scheduleWith({ due_ms: '9007199254740993' }, 'due_ms'),
  'a number over 2^53': scheduleWith({ due_ms: 2 ** 53 }, 'due_ms', json),
  'no application': scheduleWith({ application: '' }, 'application'),
  'no event id': scheduleWith({ event_id: '' }, 'event_id'),
  'a long event id': scheduleWith({ event_id: 'é'.repeat(101) }, 'event_id', limit),
  'no target': scheduleWith({ http: null }, 'target'),
  'both targets': scheduleWith({ append: { stream: 's', type: 't' } }, 'target', json),
  'an append without a stream': appendWith({ stream: null }, 'append.stream'),
  'an append without a type': appendWith({ type: null }, 'append.type_ref'),
  'an append with an empty type': appendWith({ type: '' }, 'append.type'),
  'an append to a long stream': appendWith({ stream: 's'.repeat(513) }, 'append.stream', limit),
  'an append with much metadata': appendWith(
    { metadata: { a: 'm'.repeat(65_536) } },
    'append.metadata',
    limit,
  ),
  'an append with a nameless fact': appendWith({ metadata: { '': 'x' } }, 'append.metadata'),
  'an append at no version': appendWith({ expected_version: -1 }, 'append.expected_version'),
  'an append at the end': appendWith(
    { expected_version: 2_147_483_647 },
    'append.expected_version',
    limit,
  ),
  'an append that expects twice': appendWith(
    { expected_version: 1, expected_state: 'EXPECTED_STATE_ANY' },
    'append.expected_state',
  ),
  'an append that expects nonsense': appendWith({ expected_state: 9 }, 'append.expected_state'),
  'no URL': scheduleWith({ http: {} }, 'http.url'),
  'JSON that is nested too deep': scheduleWith({ json: '['.repeat(65) + ']'.repeat(65) }, 'json'),
  'headers that are texts': scheduleWith(
    { http: { ...GOOD_HTTP, headers: ['A: b'] } },
    'http.headers[0]',
    json,
  ),
  'too many headers': scheduleWith(
    { http: { ...GOOD_HTTP, headers: Array(65).fill({ name: 'a', value: 'b' }) } },
    'http.headers',
    limit,
  ),
  'JSON that is none': scheduleWith({ json: '{"a":' }, 'json'),
  'a header of the sender': scheduleWith(headers('Host', 'x'), 'http.headers[0]'),
  'a header of two lines': scheduleWith(headers('a', 'b\r\nc: d'), 'http.headers[0]'),
  'too many attempts': scheduleWith({ retry: { attempts: 101 } }, 'retry.attempts'),
  'too short a wait': scheduleWith({ retry: { first_delay_ms: '9' } }, 'retry.first_delay_ms'),
  'jitter that is no number': scheduleWith({ retry: { jitter: 'NaN' } }, 'retry.jitter'),
  'too short a time-out': scheduleWith({ timeout_ms: '99' }, 'timeout_ms'),
  'too long a retention': scheduleWith({ retention_ms: '31536000001' }, 'retention_ms'),
  'too large a payload': scheduleWith(
    { data: Buffer.alloc(1_048_577).toString('base64') },
    'payload',
    limit,
  ),
};

const at = (
  method: string,
  path: string,
  request: JsonObject,
  [code, field]: readonly [string, string],
): BadInput => ({ method, path, request, code, field });

const batchOf = (count: number): JsonObject => ({ requests: Array(count).fill(GOOD) });

const OTHERS: Readonly<Record<string, BadInput>> = {
  'a batch of none': at('ScheduleBatch', '/v1/timed-events:batch', {}, [
    'INVALID_ARGUMENT',
    'requests',
  ]),
  'a batch of 101': at('ScheduleBatch', '/v1/timed-events:batch', batchOf(101), [
    'LIMIT_EXCEEDED',
    'requests',
  ]),
  'a text for a number in a batch': {
    ...at(
      'ScheduleBatch',
      '/v1/timed-events:batch',
      { requests: [GOOD, { ...GOOD, due_ms: 'soon' }] },
      ['INVALID_ARGUMENT', 'requests[1].due_ms'],
    ),
    jsonOnly: true,
  },
  'no new due time': at(
    'Reschedule',
    '/v1/applications/shop/timed-events/e:reschedule',
    { application: 'shop', event_id: 'e' },
    ['INVALID_ARGUMENT', 'due_ms'],
  ),
};

for (const [name, bad] of Object.entries({ ...SCHEDULES, ...OTHERS })) {
  test(`${name} is refused by name, and nothing is stored`, async () => {
    const answer = await call(served.httpPort, bad.path, { body: JSON.stringify(bad.request) });
    const told = JSON.parse(answer.body) as JsonObject;
    assert.deepEqual([answer.status, told.code, told.field], [400, bad.code, bad.field]);
    if (bad.jsonOnly !== true) {
      const refused = { code: 3, message: told.error };
      assert.deepEqual(await served.grpc(bad.method, bad.request), refused);
    }
    assert.equal(await served.timedEvents.find({ application: 'shop', eventId: 'e' }), undefined);
  });
}

const LIST = '/v1/applications/shop/timed-events';
const token = (text: string): string => Buffer.from(text).toString('base64url');

/** Query of a list, its request over gRPC (undefined: JSON only), code and field. */
const LISTS: readonly (readonly [string, JsonObject | undefined, string, string])[] = [
  ['page_size=1001', { pageSize: 1001 }, 'LIMIT_EXCEEDED', 'page_size'],
  ['page_size=-1', { pageSize: -1 }, 'INVALID_ARGUMENT', 'page_size'],
  ['page_size=many', undefined, 'INVALID_ARGUMENT', 'page_size'],
  ['page_size=1&pageSize=1', undefined, 'INVALID_ARGUMENT', 'page_size'],
  ['page_size=1&page_size=1', undefined, 'INVALID_ARGUMENT', 'page_size'],
  ['colour=red', undefined, 'INVALID_ARGUMENT', 'colour'],
  ['application=other', undefined, 'INVALID_ARGUMENT', 'application'],
  ['statuses=LOST', undefined, 'INVALID_ARGUMENT', 'statuses[0]'],
  ['statuses=1&statuses=0', { statuses: [1, 0] }, 'INVALID_ARGUMENT', 'statuses[1]'],
  ['due_from_ms=-1', { dueFromMs: '-1' }, 'INVALID_ARGUMENT', 'due_from_ms'],
  [
    Array(101).fill('statuses=1').join('&'),
    { statuses: Array(101).fill(1) },
    ...(['LIMIT_EXCEEDED', 'statuses'] as const),
  ],
  ...['nonsense', token('2.1.e'), token('1.x.e'), token('1.1'), `${token('1.1.e')}=`].map(
    (pageToken) =>
      [`page_token=${pageToken}`, { pageToken }, 'CURSOR_INVALID', 'page_token'] as const,
  ),
];

for (const [query, request, code, field] of LISTS) {
  test(`a list with ${query} is refused by name`, async () => {
    const answer = await call(served.httpPort, `${LIST}?${query}`);
    const told = JSON.parse(answer.body) as JsonObject;
    assert.deepEqual([answer.status, told.code, told.field], [400, code, field]);
    if (request === undefined) return;
    const refused: JsonValue = { code: 3, message: told.error ?? '' };
    assert.deepEqual(await served.grpc('List', { application: 'shop', ...request }), refused);
  });
}

test('bytes that are no message are refused, also inside of messages', async () => {
  const refused: readonly (readonly [string, Buffer])[] = [
    ['Get', hex('0a05 73686f70')],
    ['Get', hex('0a01 ff')],
    ['Schedule', hex('3202 0a05')],
    // what overruns its length, with more behind it
    ['Schedule', hex('3204 1a02 0a02 1801 1801')],
    ['Schedule', hex('4201 08 a001 0a18 01 1215', '78'.repeat(21))],
    ['ScheduleBatch', hex('0a04 3202 0a02 1801 1801')],
    ['ScheduleBatch', hex('0a04 3202 0a05')],
  ];
  for (const [method, bytes] of refused) {
    const { code, message } = await served.raw(method, bytes);
    assert.equal(code, 3, `${method} ${bytes.toString('hex')}`);
    assert.match(message, /not a message|not valid UTF-8/);
  }
});

/** The methods of a call, in the words of its error. */
const NAMES = /^http.method must be one of HTTP_METHOD_POST, HTTP_METHOD_GET, [A-Z_, ]+PATCH$/;

test('an enum that is refused tells its names, whether it was a name or a number', async () => {
  for (const method of ['FETCH', 99]) {
    const body = JSON.stringify({ ...GOOD, http: { ...GOOD_HTTP, method } });
    const answer = await call(served.httpPort, '/v1/timed-events', { body });
    const { error } = JSON.parse(answer.body) as { readonly error: string };
    assert.match(error, NAMES);
  }
});

test('over 50,000 messages inside of a request are refused before they are built', async () => {
  const request = (count: number): Buffer => Buffer.from('0a00'.repeat(count), 'hex');
  const batch = await served.raw('ScheduleBatch', request(50_000));
  assert.match(batch.message, /^requests is 50000, over/);
  // what follows is no message
  const bytes = Buffer.concat([request(50_001), hex('07')]);
  const { code, message } = await served.raw('ScheduleBatch', bytes);
  assert.deepEqual([code, message.includes('limit of 50000')], [3, true], message);
  // each header in its target
  const headers = Buffer.from('1a00'.repeat(50_000), 'hex');
  const target = Buffer.concat([hex('32 a08d06'), headers]);
  assert.match((await served.raw('Schedule', target)).message, /limit of 50000/);
  const unknown = Buffer.from('7801'.repeat(200_001), 'hex');
  assert.match(
    (await served.raw('Get', unknown)).message,
    /fields inside than the limit of 200000/,
  );
});

test('a token belongs to its list, as a whole', async () => {
  for (const eventId of ['a.b.c', 'd.e.f']) {
    const body = JSON.stringify({ ...GOOD, application: 'tokens', event_id: eventId });
    assert.equal((await call(served.httpPort, '/v1/timed-events', { body })).status, 200);
  }
  const list = async (query: string, application = 'tokens'): Promise<JsonObject> => {
    const path = `/v1/applications/${application}/timed-events?${query}`;
    return JSON.parse((await call(served.httpPort, path)).body) as JsonObject;
  };
  const first = await list('page_size=1&statuses=1&statuses=2');
  const { nextPageToken: pageToken } = first;
  assert.ok(typeof pageToken === 'string');
  const statuses = 'statuses=2&statuses=1&statuses=1';
  const second = await list(`${statuses}&page_size=2&page_token=${pageToken}`);
  assert.ok(Array.isArray(second.timedEvents));
  assert.equal((second.timedEvents[0] as JsonObject).eventId, 'd.e.f');
  const text = Buffer.from(pageToken, 'base64url').toString();
  const refused = [
    await list(`page_token=${pageToken}`),
    await list(`statuses=1&page_token=${pageToken}`),
    await list(`${statuses}&due_from_ms=0&due_until_ms=1700000000000&page_token=${pageToken}`),
    await list(`${statuses}&page_token=${pageToken}`, 'other'),
    await list(`${statuses}&page_token=${token(text.slice(0, -1))}`),
    await list(`${statuses}&page_token=${token(`${text}x`)}`),
    await list(`${statuses}&page_token=${token(`1${text.slice(1)}`)}`),
  ];
  for (const { code, field } of refused) {
    assert.deepEqual([code, field], ['CURSOR_INVALID', 'page_token']);
  }
});
