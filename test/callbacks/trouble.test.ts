import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import type { HttpMethod } from '../../src/core/index.js';
import { callTo, ONE_CONNECTION, openDispatcher, yes } from './dispatcher-under-test.js';
import { answerText, closed, startReceiver } from './receiver.js';

const LIMIT = { timeout: 10_000 };

/** Whoever waits for undici's time-out instead of breaking off fails the test. */
const PATIENT = { settings: { connectTimeoutMs: 60_000 } };

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

for (const [code, error] of [
  ['ENOTFOUND', 'unknown host'],
  ['ESERVFAIL', 'looking up the host failed'],
]) {
  test(`${error}: may be tried again`, LIMIT, async (t) => {
    const { dispatcher } = openDispatcher(t, {
      resolve: () => Promise.reject(Object.assign(new Error('10.9.8.7 says no'), { code })),
    });
    const result = await dispatcher.call(callTo('http://nowhere.example/'), yes);
    assert.deepEqual(result, { kind: 'failed', error });
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

test('close breaks off what has begun, and the rest never leaves', LIMIT, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher } = openDispatcher(t, PATIENT);
  const sent = dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
  const { socket } = await receiver.request(1);
  const dialling = dispatcher.call(callTo(`https://127.0.0.1:${receiver.port}/`), yes);
  const halfOpen = await receiver.connection(2);
  await dispatcher.close();
  const stopped = { kind: 'failed', error: 'the sender was stopped' };
  const withdrawn = { kind: 'withdrawn' };
  assert.deepEqual(await Promise.all([sent, dialling]), [stopped, withdrawn]);
  await Promise.all([closed(socket), closed(halfOpen)]);
  const late = callTo(`http://127.0.0.1:${receiver.port}/`);
  assert.deepEqual(await dispatcher.call(late, yes), withdrawn);
  await dispatcher.close();
});
