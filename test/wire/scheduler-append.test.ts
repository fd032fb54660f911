import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { NO_STREAM } from '../../src/core/index.js';
import { silentLogger } from '../../src/runtime/index.js';
import { cassataRoutes } from '../../src/transport/http/index.js';
import { call } from '../http/http-caller.js';
import { hex } from './raw-caller.js';
import { serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler({
    more: ({ scheduler }) => [cassataRoutes({ scheduler, logger: silentLogger })],
  });
});

after(() => served.stop());

const AT = '/v1/applications/shop/timed-events';

async function http(method: string, path: string, body?: JsonObject): Promise<JsonValue> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await call(served.httpPort, path, { method, ...sent });
  assert.equal(answer.status, 200, answer.body);
  const value: JsonValue = JSON.parse(answer.body) as JsonObject;
  return value;
}

/** A timed event as both wires show it. */
async function shown(eventId: string): Promise<JsonObject> {
  const overHttp = await http('GET', `${AT}/${eventId}`);
  const overGrpc = await served.grpc('Get', { application: 'shop', eventId });
  assert.deepEqual(overGrpc, overHttp);
  const { timedEvent } = overHttp as { readonly timedEvent: JsonObject };
  return timedEvent;
}

async function targetOf(eventId: string): Promise<unknown> {
  const event = await served.timedEvents.find({ application: 'shop', eventId });
  return event?.plan.target;
}

/**
 * application = shop, event_id = e1, due_ms = 1,700,000,060,000, json,
 * append{stream = s, type = T, metadata{a: b}, expected_version = 0}.
 */
const SCHEDULE_E1 = hex(
  '0a04 73686f70 1202 6531 18 e0a499ffbc31 2a07 7b2261223a317d',
  '3a10 0a01 73 1201 54 2a06 0a01 61 1201 62 3000',
);

test('an append in bytes, then shown over both wires', async () => {
  const { code, message } = await served.raw('Schedule', SCHEDULE_E1);
  assert.deepEqual([code, message], [0, '']);
  assert.deepEqual(await targetOf('e1'), {
    kind: 'append',
    stream: 's',
    type: 'T',
    content: 'json',
    contentType: undefined,
    metadata: '{"a":"b"}',
    expected: NO_STREAM,
  });
  const { append, json, data, http: target } = await shown('e1');
  assert.deepEqual(append, {
    stream: 's',
    type: 'T',
    contentType: '',
    metadata: { a: 'b' },
    expectedState: 'EXPECTED_STATE_NO_STREAM',
  });
  assert.deepEqual([json, data, target], ['{"a":1}', undefined, undefined]);
});

const REQUESTS: Readonly<Record<string, JsonObject>> = {
  bytes: {
    data: '/wA=',
    append: {
      stream: 'FADE87A1-9df9-46bb-aae6-63b2b763094d',
      typeCode: -7,
      contentType: 'image/png',
      metadata: {},
      expectedVersion: 41,
      expectedState: 'EXPECTED_STATE_UNSPECIFIED',
    },
  },
  text: {
    json: '{ "n": 12345678901234567890 }',
    append: {
      stream: 'a/b \u{1f600}',
      type: 'Pa\u00edd',
      contentType: '',
      metadata: { z: '1', a: '{"x":"\u00e9"}' },
      expectedState: 'EXPECTED_STATE_STREAM_EXISTS',
    },
  },
  nothing: {
    append: {
      stream: 's',
      typeCode: 0,
      contentType: '',
      metadata: {},
      expectedState: 'EXPECTED_STATE_ANY',
    },
  },
};

for (const [eventId, request] of Object.entries(REQUESTS)) {
  test(`an append as JSON comes back as it was: ${eventId}`, async () => {
    const whole = { eventId, dueMs: '1700000060000', ...request };
    await http('POST', AT, whole);
    const { append, json, data } = await shown(eventId);
    assert.deepEqual(
      { append, json, data },
      {
        append: request['append'],
        json: request['json'],
        data: request['data'],
      },
    );
    const again = { application: 'shop', ...whole, onExists: 'ON_EXISTS_OK_IF_SAME' };
    const { outcome } = (await served.grpc('Schedule', again)) as JsonObject;
    assert.equal(outcome, 'SCHEDULE_OUTCOME_EXISTED');
  });
}

test('a list shows it beside calls', async () => {
  await http('POST', AT, { eventId: 'c1', dueMs: 1_700_000_070_000, http: { url: 'http://x/' } });
  const { timedEvents } = (await http('GET', AT)) as { readonly timedEvents: JsonObject[] };
  const kinds = timedEvents.map(({ append, http: target }) => [
    append !== undefined,
    target !== undefined,
  ]);
  assert.deepEqual(kinds, [...Array<unknown>(4).fill([true, false]), [false, true]]);
});

test('every part counts for "the same"', async () => {
  const parts: readonly JsonObject[] = [
    { stream: 't' },
    { stream: 's', type: 'U' },
    { type: null, typeCode: 3 },
    { contentType: 'a/b' },
    { metadata: { a: 'c' } },
    { expectedState: 'EXPECTED_STATE_UNSPECIFIED', expectedVersion: 1 },
    { expectedState: 'EXPECTED_STATE_ANY' },
  ];
  const append = { stream: 's', type: 'T', metadata: { a: 'b' } };
  const expected = { expectedState: 'EXPECTED_STATE_NO_STREAM' };
  const schedule = (
    change: JsonObject,
    payload: JsonObject,
  ): Promise<{ readonly status: number }> =>
    call(served.httpPort, AT, {
      method: 'POST',
      body: JSON.stringify({
        ...{ eventId: 'e1', dueMs: '1700000060000', ...payload },
        append: { ...append, ...expected, ...change },
        onExists: 'ON_EXISTS_OK_IF_SAME',
      }),
    });
  const payload = { json: '{"a":1}' };
  assert.equal((await schedule({}, payload)).status, 200);
  for (const part of parts) {
    assert.equal((await schedule(part, payload)).status, 409, JSON.stringify(part));
  }
  const bytes = { data: Buffer.from('{"a":1}').toString('base64') };
  assert.equal((await schedule({}, bytes)).status, 409, 'bytes are no text');
});

test('Cassata shows it without the parts of a call', async () => {
  const event = await served.timedEvents.find({ application: 'shop', eventId: 'e1' });
  assert.deepEqual(await http('GET', '/cassata/event/shop/e1'), {
    ...{ eventId: 'e1', application: 'shop', eventJson: '{"a":1}' },
    ...{ httpMethod: '', headers: [], destinationUrl: '' },
    ...{ eventStatus: 'PENDING', expiry: 1_700_000_060_000, lastUpdated: event?.updatedMs },
    eventLogs: [],
  });
  assert.equal(await http('GET', '/cassata/status/shop/e1'), 'PENDING');
  assert.deepEqual(await http('DELETE', '/cassata/delete/shop/e1'), { status: 'ok' });
});
