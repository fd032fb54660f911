import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { serveScheduler, type SchedulerUnderTest } from '../wire/scheduler-under-test.js';
import { call, type HttpCall } from './http-caller.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

interface Answer {
  readonly status: number;
  readonly json: JsonObject;
  readonly allow: string | undefined;
}

async function ask(path: string, options: HttpCall = {}): Promise<Answer> {
  const { status, body, headers } = await call(served.httpPort, path, options);
  const json = body === '' ? {} : (JSON.parse(body) as JsonObject);
  return { status, json, allow: headers.allow };
}

const plan = (eventId: string): string =>
  JSON.stringify({ eventId, dueMs: '1700000060000', http: { url: 'http://receiver.test/' } });

/** Sent as they stand here; the names that they mean. */
const NAMES: Readonly<Record<string, string>> = {
  plain: 'plain',
  'with%2Fslash': 'with/slash',
  'with%2fslash%2f': 'with/slash/',
  'per%25cent': 'per%cent',
  'per%252Fcent': 'per%2Fcent',
  'a:b': 'a:b',
  'x%3Acancel': 'x:cancel',
  'x:cancel': 'x:cancel',
  'gr%C3%BC%C3%9Fe-%F0%9F%8C%8D': 'grüße-🌍',
  'a+b': 'a+b',
  'a%20b%3Fc%23d': 'a b?c#d',
};

for (const [sent, name] of Object.entries(NAMES)) {
  test(`the path value ${sent} means ${name}`, async () => {
    const at = `/v1/applications/${sent}/timed-events`;
    const scheduled = await ask(at, { body: plan(name) });
    assert.equal(scheduled.status, 200, JSON.stringify(scheduled.json));
    const key = { application: name, eventId: name };
    assert.ok(await served.timedEvents.find(key));
    const found = await ask(`${at}/${sent}`);
    assert.equal(found.status, 200);
    const { outcome } = (await ask(`${at}/${sent}:cancel`, { method: 'POST' })).json;
    assert.equal(outcome, 'STOP_OUTCOME_DONE');
    assert.equal((await ask(`${at}/${sent}`)).status, 404);
  });
}

test('what is not there has one text for all methods', async () => {
  const got = await ask(`${AT}/none`);
  const cancelled = await ask(`${AT}/none:cancel`, { method: 'POST' });
  assert.deepEqual(got, cancelled);
});

test('a body of too many values is refused before it is parsed', async () => {
  // it would not parse
  const body = `{"requests":[${'{},'.repeat(50_000)}`;
  const { status, json } = await ask('/v1/timed-events:batch', { body });
  const { code, field, limit } = json;
  assert.deepEqual([status, code, field, limit], [400, 'LIMIT_EXCEEDED', 'body', '100000']);
});

const AT = '/v1/applications/shop/timed-events';

test('paths that are nothing are not found', async () => {
  const paths = [
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/applications//timed-events',
    `${AT}/e:unknown/x`,
  ];
  for (const path of paths) {
    const { status, json } = await ask(path);
    assert.deepEqual([path, status, json.code], [path, 404, 'NOT_FOUND']);
  }
  const unknownVerb = await ask(`${AT}/e:stop`, { method: 'POST' });
  assert.deepEqual([unknownVerb.status, unknownVerb.allow], [405, 'DELETE, GET']);
});

test('another method of a path that is there is refused', async () => {
  const { status, json, allow } = await ask(`${AT}/e`, { method: 'PUT' });
  assert.deepEqual([status, json.code, allow], [405, 'INVALID_ARGUMENT', 'DELETE, GET']);
});

test('a value that is not UTF-8 is refused', async () => {
  const { status, json } = await ask(`${AT}/%FF`);
  assert.deepEqual([status, json.code], [400, 'INVALID_ARGUMENT']);
});

test('a body may repeat the path, but not contradict it', async () => {
  const body = { ...(JSON.parse(plan('same')) as JsonObject), application: 'shop' };
  assert.equal((await ask(AT, { body: JSON.stringify(body) })).status, 200);
  const other = JSON.stringify({ ...body, application: 'other' });
  const { status, json } = await ask(AT, { body: other });
  assert.deepEqual([status, json.code, json.field], [400, 'INVALID_ARGUMENT', 'application']);
});

/** Bodies of a Schedule that never reach it, and the field that is named. */
const BODIES: Readonly<Record<string, readonly [string | Buffer, string | undefined]>> = {
  'no body': ['', 'event_id'],
  'JSON that is cut': ['{"eventId":', 'body'],
  'an array': ['[]', 'body'],
  null: ['null', 'body'],
  'a text': ['"x"', 'body'],
  'a name that stands twice': ['{"eventId":"a","eventId":"b"}', 'event_id'],
  'a field by both its names': ['{"eventId":"a","event_id":"a"}', 'event_id'],
  'bytes that are not UTF-8': [Buffer.from('7b22ff223a317d', 'hex'), 'body'],
  'half a character': ['{"eventId":"\\ud800"}', 'event_id'],
  'half a character in the payload': [
    '{"eventId":"a","dueMs":0,"json":"\\"\\ud800\\"","http":{"url":"http://a.test/"}}',
    'json',
  ],
};

for (const [name, [body, field]] of Object.entries(BODIES)) {
  test(`${name} is refused`, async () => {
    const { status, json } = await ask(AT, { method: 'POST', body });
    assert.deepEqual([status, json.code, json.field], [400, 'INVALID_ARGUMENT', field]);
  });
}

test('a query beside a body, and a body where none belongs, are refused', async () => {
  const query = await ask(`${AT}?event_id=e`, { body: plan('e') });
  assert.deepEqual([query.status, query.json.field], [400, 'event_id']);
  const body = await ask(`${AT}/e`, {
    ...{ method: 'DELETE', body: '{}', headers: { 'content-length': '2' } },
  });
  assert.deepEqual([body.status, body.json.field], [400, 'body']);
});

test('numbers of 64 bits come as text or as numbers', async () => {
  for (const dueMs of [1_700_000_060_000, '1700000060000']) {
    const eventId = `number-${JSON.stringify(dueMs)}`;
    const body = JSON.stringify({ ...(JSON.parse(plan(eventId)) as JsonObject), dueMs });
    const { status, json } = await ask(AT, { body });
    assert.equal(status, 200, JSON.stringify(json));
    const event = await served.timedEvents.find({ application: 'shop', eventId });
    assert.equal(event?.plan.dueMs, 1_700_000_060_000);
  }
});

test('JSON is kept byte for byte', async () => {
  const json = ' {"b":1, "a":12345678901234567890,"a":1.0,"ü":"\\u00fc"}\n';
  const body = JSON.stringify({ ...(JSON.parse(plan('bytes')) as JsonObject), json });
  assert.equal((await ask(AT, { body })).status, 200);
  const event = await served.timedEvents.find({ application: 'shop', eventId: 'bytes' });
  assert.equal(Buffer.from(event?.plan.payload ?? []).toString(), json);
  const { timedEvent } = (await ask(`${AT}/bytes`)).json;
  assert.ok(typeof timedEvent === 'object' && timedEvent !== null && !Array.isArray(timedEvent));
  assert.equal(timedEvent.json, json);
});
