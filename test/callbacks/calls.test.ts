import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpMethod } from '../../src/core/index.js';
import { callTo, ONE_CONNECTION, openDispatcher, yes } from './dispatcher-under-test.js';
import { answerText, startReceiver } from './receiver.js';

test('the receiver gets exactly these bytes', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(204)));
  const { dispatcher } = openDispatcher(t);
  const payload = Buffer.from([0x00, 0xff, 0x0d, 0x0a, 0x7b, 0xc3]);
  const headers = [
    { name: 'X-Tag', value: 'b' },
    { name: 'Authorization', value: 'Bearer caf\u00e9' },
    { name: 'X-Tag', value: 'a' },
  ];
  const result = await dispatcher.call(
    callTo(
      `http://127.0.0.1:${receiver.port}/a%20b?q=1&q=2`,
      { headers },
      {
        key: { application: 'shop é', eventId: 'a/b' },
        payload,
        attempt: 3,
      },
    ),
    yes,
  );
  assert.deepEqual(result, { kind: 'answered', status: 204, body: '', retryAfterMs: undefined });
  assert.equal(
    (await receiver.request(1)).text,
    [
      'POST /a%20b?q=1&q=2 HTTP/1.1',
      `host: 127.0.0.1:${receiver.port}`,
      'connection: keep-alive',
      'X-Tag: b',
      'Authorization: Bearer caf\u00e9',
      'X-Tag: a',
      'user-agent: cassadra',
      'accept-encoding: identity',
      'content-type: application/json',
      'cassadra-id: 11111111-2222-4333-8444-555555555555',
      'cassadra-application: shop%20%C3%A9',
      'cassadra-event-id: a%2Fb',
      'cassadra-attempt: 3',
      'cassadra-due-ms: 1700000000000',
      'content-length: 6',
      '',
      payload.toString('latin1'),
    ].join('\r\n'),
  );
});

test('a user’s own headers stand for the defaults', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { dispatcher } = openDispatcher(t);
  const headers = [
    { name: 'Content-Type', value: 'text/plain' },
    { name: 'User-Agent', value: 'mine' },
    { name: 'Accept-Encoding', value: 'gzip' },
  ];
  await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`, { headers }), yes);
  const { text } = await receiver.request(1);
  for (const name of ['content-type', 'user-agent', 'accept-encoding']) {
    assert.equal(text.match(new RegExp(`^${name}:`, 'gim'))?.length, 1, name);
  }
});

test('a call that a schedule has made says for which of its times', {
  timeout: 10_000,
}, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { dispatcher } = openDispatcher(t);
  const run = {
    scheduleId: 'jeden Tag/ü',
    nominalMs: 1_700_000_000_000,
    cause: 'trigger',
  } as const;
  const url = `http://127.0.0.1:${receiver.port}/`;
  await dispatcher.call(callTo(url, {}, { run, dueMs: 1_700_000_000_123 }), yes);
  await dispatcher.call(callTo(url), yes);
  const [made, other] = [await receiver.request(1), await receiver.request(2)];
  const lines = [
    'cassadra-due-ms: 1700000000123',
    'cassadra-schedule-id: jeden%20Tag%2F%C3%BC',
    'cassadra-nominal-ms: 1700000000000',
    'cassadra-run-cause: trigger',
  ];
  assert.ok(made.text.includes(`\r\n${lines.join('\r\n')}\r\n`), made.text);
  assert.doesNotMatch(other.text, /schedule-id|nominal-ms|run-cause/);
});

const BODIES: [HttpMethod, string, string | undefined][] = [
  ['POST', '{"n":1}', '7'],
  ['PUT', '{"n":1}', '7'],
  ['PATCH', '{"n":1}', '7'],
  ['DELETE', '{"n":1}', '7'],
  ['GET', '{"n":1}', undefined],
  ['POST', '', '0'],
  ['DELETE', '', undefined],
];

for (const [method, payload, length] of BODIES) {
  const title = `${method} with ${payload.length} bytes sends content-length ${length ?? 'not'}`;
  test(title, { timeout: 10_000 }, async (t) => {
    const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
    const { dispatcher } = openDispatcher(t, ONE_CONNECTION);
    const call = callTo(
      `http://127.0.0.1:${receiver.port}/`,
      { method },
      {
        payload: Buffer.from(payload),
      },
    );
    for (const n of [1, 2]) {
      await dispatcher.call(call, yes);
      const { text } = await receiver.request(n);
      assert.ok(text.startsWith(`${method} / HTTP/1.1\r\n`));
      assert.equal(/\r\ncontent-length: (\d+)/.exec(text)?.[1], length);
      const sent = method === 'GET' ? '' : payload;
      assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), sent);
      assert.equal(/\r\ncontent-type/.test(text), sent !== '');
    }
    assert.equal(receiver.sockets.length, 1, 'the connection is used again');
  });
}

test('a redirect is the answer and is not followed', { timeout: 10_000 }, async (t) => {
  const inner = await startReceiver(t);
  const location = `Location: http://127.0.0.1:${inner.port}/`;
  const receiver = await startReceiver(t, ({ socket }) => {
    socket.write(answerText(307, 'moved', [location]));
  });
  const { dispatcher } = openDispatcher(t);
  assert.deepEqual(await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes), {
    kind: 'answered',
    status: 307,
    body: 'moved',
    retryAfterMs: undefined,
  });
  assert.equal(inner.sockets.length, 0);
});

test('Retry-After counts from the clock that was handed in', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t, ({ socket }, n) => {
    const when = n === 1 ? '7' : 'Tue, 14 Nov 2023 22:13:30 GMT';
    socket.write(answerText(503, '', [`Retry-After: ${when}`]));
  });
  const { dispatcher } = openDispatcher(t);
  const call = callTo(`http://127.0.0.1:${receiver.port}/`);
  for (const retryAfterMs of [7_000, 10_000]) {
    const result = await dispatcher.call(call, yes);
    assert.deepEqual(result, { kind: 'answered', status: 503, body: '', retryAfterMs });
  }
});

test('of a body the first KiB is kept', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => {
    socket.write(answerText(200, `${'a'.repeat(1_023)}é${'z'.repeat(60_000)}`));
  });
  const { dispatcher } = openDispatcher(t);
  const result = await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  assert.ok(result.kind === 'answered');
  assert.equal(result.body, 'a'.repeat(1_023));
});

test('calls to one destination wait for its connections', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher } = openDispatcher(t, ONE_CONNECTION);
  const call = callTo(`http://127.0.0.1:${receiver.port}/`);
  const begun: number[] = [];
  const calls = [1, 2].map((n) => dispatcher.call(call, () => begun.push(n) > 0));
  const first = await receiver.request(1);
  assert.deepEqual(begun, [1]);
  first.socket.write(answerText(200));
  const second = await receiver.request(2);
  assert.deepEqual(begun, [1, 2]);
  second.socket.write(answerText(201));
  const results = await Promise.all(calls);
  assert.deepEqual(
    results.map((result) => (result.kind === 'answered' ? result.status : result)),
    [200, 201],
  );
  assert.equal(receiver.sockets.length, 1);
});
