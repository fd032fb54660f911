import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { callTo, openDispatcher, yes } from './dispatcher-under-test.js';
import { answerText, closed, startReceiver } from './receiver.js';

const LIMIT = { timeout: 10_000 };
const CUT_SHORT = 'connection closed before the end of the answer';

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

for (const [count, expected] of [
  [20, { kind: 'answered', status: 200, body: '', retryAfterMs: undefined }],
  [Number.POSITIVE_INFINITY, { kind: 'failed', error: 'answer is not HTTP' }],
] as const) {
  test(`${count} informational answers`, LIMIT, async (t) => {
    const receiver = await startReceiver(t, ({ socket }) => {
      let left = count;
      const pour = (): void => {
        while (left > 0 && !socket.destroyed) {
          left -= 1;
          if (!socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')) return;
        }
        if (left === 0) socket.write(answerText(200));
      };
      socket.on('drain', pour);
      pour();
    });
    const { dispatcher } = openDispatcher(t);
    const result = await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
    assert.deepEqual(result, expected);
    const { socket } = await receiver.request(1);
    if (result.kind === 'failed') await closed(socket);
    assert.equal(receiver.sockets.length, 1);
  });
}

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
