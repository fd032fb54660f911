import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { HttpMethod } from '../../src/core/index.js';
import { callTo, ONE_CONNECTION, openDispatcher, yes } from './dispatcher-under-test.js';
import { answerText, startReceiver } from './receiver.js';

const LIMIT = { timeout: 10_000 };
const CUT_SHORT = 'connection closed before the end of the answer';

/** Whoever waits for undici's time-out instead of breaking off fails the test. */
const PATIENT = { settings: { connectTimeoutMs: 60_000 } };

async function closed(socket: Socket): Promise<void> {
  // once() would reject for a reset
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

test('a silent receiver is given up in time, and its connection dropped', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher, time } = openDispatcher(t);
  const call = dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  const { socket } = await receiver.request(1);
  time.advance(15_000);
  assert.deepEqual(await call, { kind: 'failed', error: 'timed out after 15000 ms' });
  await closed(socket);
});

test('a body that drips is given up in time', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher, time } = openDispatcher(t);
  let over = false;
  const call = dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  void call.finally(() => (over = true));
  const { socket } = await receiver.request(1);
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
  const gone = closed(socket);
  while (!over) {
    if (!socket.destroyed) socket.write('.');
    time.advance(1_000);
    await new Promise(setImmediate);
  }
  const result = await call;
  assert.ok(result.kind === 'failed');
  assert.match(result.error, /^timed out after 15000 ms/);
  await gone;
});

test('an endless body is cut off and its status counts', LIMIT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const pour = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', pour);
    pour();
  });
  const { dispatcher } = openDispatcher(t);
  const result = await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  assert.deepEqual(result, {
    kind: 'answered',
    status: 200,
    body: 'x'.repeat(1_024),
    retryAfterMs: undefined,
  });
  const { socket } = await receiver.request(1);
  await closed(socket);
});

test('102 and 103 come before the answer', LIMIT, async (t) => {
  const early = 'HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n';
  const receiver = await startReceiver(t, ({ socket }) => {
    socket.write(`HTTP/1.1 102 Processing\r\n\r\n${early}${answerText(201, 'done')}`);
  });
  const { dispatcher } = openDispatcher(t);
  const result = await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  const expected = { kind: 'answered', status: 201, body: 'done', retryAfterMs: undefined };
  assert.deepEqual(result, expected);
});

const BROKEN: [string, (socket: Socket) => void, string][] = [
  ['no HTTP', (socket) => socket.write('SSH-2.0-OpenSSH\r\n\r\n'), 'answer is not HTTP'],
  ['a bad status', (socket) => socket.write('HTTP/1.1 2x0 OK\r\n\r\n'), 'answer is not HTTP'],
  ['a close without answer', (socket) => socket.end(), CUT_SHORT],
  ['a reset without answer', (socket) => socket.resetAndDestroy(), 'connection reset'],
  ['a close in the head', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'), CUT_SHORT],
  [
    'a close in the body',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
    CUT_SHORT,
  ],
  [
    'a close in the body of a last answer',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nabc'),
    CUT_SHORT,
  ],
  [
    'two lengths',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'),
    CUT_SHORT,
  ],
  [
    'huge headers',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(999)}\r\n`.repeat(99)}\r\n`),
    'headers of the answer are too long',
  ],
  ['100 that nobody asked for', (socket) => socket.write('HTTP/1.1 100 Go on\r\n\r\n'), CUT_SHORT],
  [
    'an upgrade that nobody asked for',
    (socket) =>
      socket.write('HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
    CUT_SHORT,
  ],
];

for (const [title, answer, error] of BROKEN) {
  test(`${title} is a failed call`, LIMIT, async (t) => {
    const receiver = await startReceiver(t, ({ socket }) => answer(socket));
    const { dispatcher } = openDispatcher(t);
    const result = await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
    assert.deepEqual(result, { kind: 'failed', error });
    assert.equal(receiver.requests.length, 1);
    const { socket } = await receiver.request(1);
    await closed(socket);
  });
}

test('nobody listens', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher } = openDispatcher(t, {
    resolve: async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.3', family: 4 },
    ],
  });
  for (const host of ['127.0.0.2', 'two.example']) {
    const result = await dispatcher.call(callTo(`http://${host}:${receiver.port}/`), yes);
    assert.deepEqual(result, { kind: 'failed', error: 'connection refused' });
  }
});

for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
  test(`${code} is an unknown host, and may be tried again`, LIMIT, async (t) => {
    const { dispatcher } = openDispatcher(t, {
      resolve: () => Promise.reject(Object.assign(new Error('10.9.8.7 says no'), { code })),
    });
    const result = await dispatcher.call(callTo('http://nowhere.example/'), yes);
    assert.deepEqual(result, { kind: 'failed', error: 'unknown host' });
  });
}

test('no TLS on the other side', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher } = openDispatcher(t);
  const call = dispatcher.call(callTo(`https://127.0.0.1:${receiver.port}/`), yes);
  (await receiver.connection(1)).write('HTTP/1.1 400 Bad Request\r\n\r\n');
  assert.deepEqual(await call, { kind: 'failed', error: 'TLS: handshake failed' });
});

test('mayBegin is asked after name and connection', LIMIT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const signals = new EventEmitter();
  const { dispatcher } = openDispatcher(t, {
    resolve: async () => {
      const answered = once(signals, 'answer');
      signals.emit('asked');
      await answered;
      return [{ address: '127.0.0.1', family: 4 }];
    },
  });
  let connectionsThen: number | undefined;
  const asked = once(signals, 'asked');
  const call = dispatcher.call(callTo(`http://slow.example:${receiver.port}/`), () => {
    connectionsThen = receiver.sockets.length;
    return true;
  });
  await asked;
  assert.equal(connectionsThen, undefined);
  signals.emit('answer');
  assert.equal((await call).kind, 'answered');
  assert.equal(connectionsThen, 1);
});

test('after a no nothing of the request leaves', LIMIT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { dispatcher } = openDispatcher(t, ONE_CONNECTION);
  const call = callTo(`http://127.0.0.1:${receiver.port}/`);
  assert.deepEqual(await dispatcher.call(call, () => false), { kind: 'withdrawn' });
  const fresh = await receiver.connection(1);
  await closed(fresh);
  assert.equal(fresh.bytesRead, 0);

  await dispatcher.call(call, yes);
  const used = await receiver.connection(2);
  const before = used.bytesRead;
  assert.deepEqual(await dispatcher.call(call, () => false), { kind: 'withdrawn' });
  await closed(used);
  assert.equal(used.bytesRead, before, 'nor on a connection that was kept');
});

test('a call that timed out while connecting is broken off', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher, time } = openDispatcher(t, PATIENT);
  let asked = 0;
  const ask = (): boolean => (asked += 1) > 0;
  const call = dispatcher.call(callTo(`https://127.0.0.1:${receiver.port}/`), ask);
  const socket = await receiver.connection(1);
  time.advance(15_000);
  assert.deepEqual(await call, { kind: 'failed', error: 'timed out after 15000 ms' });
  await closed(socket);
  assert.equal(asked, 0);
});

test('a call that timed out in the queue is never sent', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher, time } = openDispatcher(t, ONE_CONNECTION);
  const url = `http://127.0.0.1:${receiver.port}/`;
  const first = dispatcher.call(callTo(url), yes);
  const { socket } = await receiver.request(1);
  let asked = 0;
  const ask = (): boolean => (asked += 1) > 0;
  const second = dispatcher.call(callTo(url, {}, { timeoutMs: 100 }), ask);
  const third = dispatcher.call(callTo(url, {}, { attempt: 3 }), yes);
  time.advance(100);
  assert.deepEqual(await second, { kind: 'failed', error: 'timed out after 100 ms' });
  socket.write(answerText(200));
  assert.equal((await first).kind, 'answered');
  const next = await receiver.request(2);
  assert.match(next.text, /\r\ncassadra-attempt: 3\r\n/);
  next.socket.write(answerText(200));
  assert.equal((await third).kind, 'answered');
  assert.equal(asked, 0);
});

for (const method of ['GET', 'PUT', 'POST', 'DELETE'] satisfies HttpMethod[]) {
  test(`${method} on a kept connection that dies is not sent again`, LIMIT, async (t) => {
    const receiver = await startReceiver(t, ({ socket }, n) => {
      if (n === 1) socket.write(answerText(200));
      else socket.resetAndDestroy();
    });
    const { dispatcher } = openDispatcher(t, ONE_CONNECTION);
    const call = callTo(`http://127.0.0.1:${receiver.port}/`, { method });
    let asked = 0;
    for (const kind of ['answered', 'failed']) {
      const result = await dispatcher.call(call, () => (asked += 1) > 0);
      assert.equal(result.kind, kind);
    }
    assert.equal(asked, 2);
    assert.deepEqual([receiver.requests.length, receiver.sockets.length], [2, 1]);
  });
}

test('a kept connection that was closed is replaced', LIMIT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.end(answerText(200)));
  const { dispatcher } = openDispatcher(t, ONE_CONNECTION);
  const call = callTo(`http://127.0.0.1:${receiver.port}/`);
  for (const n of [1, 2, 3]) {
    assert.equal((await dispatcher.call(call, yes)).kind, 'answered');
    await closed(await receiver.connection(n));
  }
  assert.equal(receiver.requests.length, 3);
});

test('close breaks off what is open, and later calls fail', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher } = openDispatcher(t, PATIENT);
  const sent = dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  const { socket } = await receiver.request(1);
  const dialling = dispatcher.call(callTo(`https://127.0.0.1:${receiver.port}/`), yes);
  const halfOpen = await receiver.connection(2);
  await dispatcher.close();
  const stopped = { kind: 'failed', error: 'the sender was stopped' };
  assert.deepEqual(await Promise.all([sent, dialling]), [stopped, stopped]);
  await Promise.all([closed(socket), closed(halfOpen)]);
  const late = callTo(`http://127.0.0.1:${receiver.port}/`);
  assert.deepEqual(await dispatcher.call(late, yes), stopped);
  await dispatcher.close();
});
