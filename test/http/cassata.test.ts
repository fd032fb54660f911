import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  attempted,
  claimed,
  cancelled,
  requireUuid,
  type CallResult,
  type Moment,
  type TimedEvent,
} from '../../src/core/index.js';
import { call, type HttpAnswer } from './http-caller.js';
import { serveHttp, type HttpUnderTest } from './http-under-test.js';

const KEBAB = {
  'event-id': 'e1',
  'application-id': 'orders',
  event: { a: 1 },
  expiry: 4_000_000_000,
  url: 'http://127.0.0.1:9/x',
};

describe('Cassata over HTTP', () => {
  let http: HttpUnderTest;
  before(async () => {
    http = await serveHttp();
  });
  after(() => http.stop());

  const get = (path: string): Promise<HttpAnswer> => call(http.port, path);
  const add = (body: string, path = '/cassata/add/'): Promise<HttpAnswer> =>
    call(http.port, path, { body });
  const stored = async (eventId: string, application = 'orders'): Promise<TimedEvent> => {
    const event = await http.timedEvents.find({ application, eventId });
    assert.ok(event !== undefined, `${eventId} is not stored`);
    return event;
  };
  const moment = (): Moment => ({
    nowMs: 1_800_000_000_500,
    change: requireUuid(http.components.ids.newId()),
  });
  const change = async (from: TimedEvent, to: TimedEvent | undefined): Promise<TimedEvent> => {
    assert.ok(to !== undefined);
    const outcome = await http.timedEvents.change({ from, to }, new AbortController().signal);
    assert.equal(outcome.kind, 'changed');
    return to;
  };
  const claim = async (event: TimedEvent): Promise<TimedEvent> => {
    const poller = requireUuid(http.components.ids.newId());
    return change(event, claimed(event, { poller, epoch: 1, claimedMs: 1 }, moment()));
  };
  const attempt = async (event: TimedEvent, result: CallResult): Promise<TimedEvent> => {
    const times = { startedMs: 1_800_000_000_000, durationMs: 250 };
    const begun = await claim(event);
    return change(begun, attempted(begun, { result, ...times, chance: 0 }, moment()));
  };

  it('adds in the spelling of the README, in that of the code, and in both mixed', async () => {
    const empty = { status: 200, body: '' };
    const pick = ({ status, body }: HttpAnswer): object => ({ status, body });
    assert.deepEqual(pick(await add(JSON.stringify(KEBAB))), empty);
    const camel = {
      eventId: 'e2',
      application: 'orders',
      eventJson: '{"a" : 1}',
      expiry: 4_000_000_000_123,
      destinationUrl: 'https://example.org',
      httpMethod: 'put',
      headers: ['X-One:  1 ', 'content-type: text/csv'],
    };
    assert.deepEqual(pick(await add(JSON.stringify(camel), '/cassata/add')), empty);
    const mixed = {
      'event-id': 'e3',
      application: 'orders',
      event: [],
      expiry: 0,
      url: 'http://h/',
    };
    assert.deepEqual(pick(await add(JSON.stringify({ ...mixed, headers: null }))), empty);

    const first = await stored('e1');
    assert.equal(first.plan.dueMs, 4_000_000_000_000);
    assert.deepEqual(first.plan.target, {
      kind: 'http',
      url: 'http://127.0.0.1:9/x',
      method: 'POST',
      headers: [{ name: 'Content-Type', value: 'application/json' }],
    });
    const second = await stored('e2');
    assert.equal(second.plan.dueMs, 4_000_000_000_123);
    assert.equal(Buffer.from(second.plan.payload).toString(), '{"a" : 1}');
    assert.deepEqual(second.plan.target, {
      kind: 'http',
      url: 'https://example.org/',
      method: 'PUT',
      headers: [
        { name: 'X-One', value: '1' },
        { name: 'content-type', value: 'text/csv' },
      ],
    });
    assert.equal((await stored('e3')).plan.dueMs, 0);
  });

  it('keeps the event with exactly the bytes of the request', async () => {
    const events = [
      '{ "z": 12345678901234567890, "a":1.0,\n "a": 2, "\\u00e9": "é" }',
      '12345678901234567890.50',
      '[ 1 , {} ]',
      'null',
      'false',
    ];
    for (const [index, event] of events.entries()) {
      const body = `{"event-id":"b${index}","application-id":"orders","event" : ${event} ,
        "expiry":1524141245,"url":"http://127.0.0.1/"}`;
      assert.equal((await add(body)).status, 200, event);
      assert.equal(Buffer.from((await stored(`b${index}`)).plan.payload).toString(), event);
    }
    await add(JSON.stringify({ ...KEBAB, 'event-id': 'b-text', event: 'a "text" \u{1F600}' }));
    const { plan } = await stored('b-text');
    assert.equal(Buffer.from(plan.payload).toString(), 'a "text" \u{1F600}');
  });

  it('takes what `curl -d` sends, which calls it a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = JSON.stringify({ ...KEBAB, 'event-id': 'curl' });
    assert.equal((await call(http.port, '/cassata/add/', { headers, body })).status, 200);
    await stored('curl');
  });

  it('a second event of the same id is a duplicate, even an equal one', async () => {
    const body = JSON.stringify({ ...KEBAB, 'event-id': 'twice' });
    await add(body);
    const before = await stored('twice');
    const answer = await add(body);
    assert.equal(answer.status, 409);
    assert.equal(answer.body, 'duplicate entry for appId and eventId combination');
    assert.equal((await stored('twice')).change, before.change);
  });

  it('shows the status as a JSON string; unknown: 404 without a body', async () => {
    await add(JSON.stringify({ ...KEBAB, 'event-id': 'status' }));
    const shown = async (): Promise<string> => (await get('/cassata/status/orders/status')).body;
    assert.equal(await shown(), '"PENDING"');
    const processing = await claim(await stored('status'));
    assert.equal(await shown(), '"PROCESSING"');
    await change(processing, cancelled(processing, moment()));
    assert.equal(await shown(), '"FAILED"');
    const answer = await get('/cassata/status/orders/status/');
    assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
    for (const path of ['orders/none', `orders/${'x'.repeat(300)}`, 'orders/%00']) {
      for (const kind of ['status', 'event']) {
        const { status, body } = await get(`/cassata/${kind}/${path}`);
        assert.deepEqual({ status, body }, { status: 404, body: '' }, path);
      }
    }
  });

  it('deletes what is PENDING only, by GET and by DELETE; the id is free again', async () => {
    const path = '/cassata/delete/orders/gone';
    const remove = async (method: string): Promise<unknown> => {
      const { status, body } = await call(http.port, path, { method });
      assert.equal(status, 200);
      return JSON.parse(body);
    };
    const body = JSON.stringify({ ...KEBAB, 'event-id': 'gone' });
    for (const method of ['GET', 'DELETE']) {
      assert.deepEqual(await remove(method), { status: 'failed', message: 'event not found' });
      assert.equal((await add(body)).status, 200);
      assert.deepEqual(await remove(method), { status: 'ok' });
      assert.equal((await get('/cassata/status/orders/gone')).status, 404);
    }
    await add(body);
    await attempt(await stored('gone'), { kind: 'refused', reason: 'not allowed' });
    const message = 'event in status FAILED. Cannot be deleted.';
    assert.deepEqual(await remove('DELETE'), { status: 'failed', message });
  });

  it('HEAD of delete changes nothing', async () => {
    await add(JSON.stringify({ ...KEBAB, 'event-id': 'head' }));
    const answer = await call(http.port, '/cassata/delete/orders/head', { method: 'HEAD' });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers['allow'], 'DELETE, GET');
    assert.equal((await stored('head')).state.status, 'PENDING');
  });

  it('shows an event whole, with its attempts', async () => {
    await add(JSON.stringify({ ...KEBAB, 'event-id': 'whole', 'request-headers': ['A: b'] }));
    const again = { retryAfterMs: undefined };
    let event = await stored('whole');
    event = await attempt(event, { kind: 'answered', status: 503, body: 'busy', ...again });
    event = await attempt(event, { kind: 'failed', error: 'no connection' });
    await attempt(event, { kind: 'answered', status: 200, body: 'fine', ...again });
    const { status, body } = await get('/cassata/event/orders/whole');
    assert.equal(status, 200);
    const lastUpdated = 1_800_000_000_250;
    assert.deepEqual(JSON.parse(body), {
      eventId: 'whole',
      application: 'orders',
      eventJson: '{"a":1}',
      httpMethod: 'POST',
      headers: ['A: b', 'Content-Type: application/json'],
      destinationUrl: 'http://127.0.0.1:9/x',
      eventStatus: 'COMPLETED',
      expiry: 4_000_000_000_000,
      // six changes, each of them later than the one before
      lastUpdated: 1_800_000_000_505,
      eventLogs: [
        { httpResponseCode: 503, httpResponse: 'busy', lastUpdated },
        { httpResponseCode: 0, httpResponse: 'no connection', lastUpdated },
        { httpResponseCode: 200, httpResponse: 'fine', lastUpdated },
      ],
    });
  });

  it('names in paths are percent-decoded, once', async () => {
    const names = ['a/b', 'ü 1', '%2F', 'a+b', '..', 'x:y?#', 'a%20b', '%'];
    for (const name of names) {
      const body = { ...KEBAB, 'event-id': name, 'application-id': `app/${name}` };
      assert.equal((await add(JSON.stringify(body))).status, 200, name);
      const path = `${encodeURIComponent(`app/${name}`)}/${encodeURIComponent(name)}`;
      assert.equal((await get(`/cassata/status/${path}`)).body, '"PENDING"', name);
      const { body: deleted } = await get(`/cassata/delete/${path}`);
      assert.equal(deleted, '{"status":"ok"}', name);
    }
    assert.equal((await get('/cassata/status/a/%ff')).status, 400);
    assert.equal((await get('/cassata/status/a/%')).status, 400);
  });
});
