import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { AppError } from '../../src/core/index.js';
import type { LogFields, Logger } from '../../src/runtime/index.js';
import type { CallSecrets, Credentials } from '../../src/scheduler/index.js';
import { callTo, openDispatcher, yes } from './dispatcher-under-test.js';
import { parseRequest } from './received-request.js';
import { answerText, startReceiver } from './receiver.js';

const TIMEOUT = { timeout: 10_000 };
const BASIC = { kind: 'basic', user: 'jürgen', password: 'hunter2:"ü/' } as const;
const BEARER = { kind: 'bearer', token: 'hunter2.hunter3' } as const;
const SENT = {
  basic: `Basic ${Buffer.from('jürgen:hunter2:"ü/').toString('base64')}`,
  bearer: 'Bearer hunter2.hunter3',
} as const;

function secretsWith(credentials: Credentials | undefined): CallSecrets {
  return { hmacKeys: [], ed25519Seeds: [], credentials, credentialsVersion: 'v' };
}

/** Keeps all that is logged, whatever its level, with everything that errors carry. */
function keepingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: LogFields, message: string): void => {
    lines.push(`${message} ${inspect(fields, { depth: null, showHidden: true })}`);
  };
  return { logger: { debug: keep, info: keep, warn: keep, error: keep }, lines };
}

test('credentials are sent, in the place of a header of the user', TIMEOUT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const asked: [string, string][] = [];
  const all: (Credentials | undefined)[] = [BASIC, BEARER, undefined];
  const { dispatcher } = openDispatcher(t, {
    secretsOf(application, destination) {
      asked.push([application, destination]);
      return secretsWith(all[asked.length - 1]);
    },
  });
  const headers = [
    { name: 'AUTHORIZATION', value: 'mine' },
    { name: 'Authorization', value: 'mine too' },
    { name: 'X-Tag', value: 'a' },
  ];
  for (const [index, expected] of [[SENT.basic], [SENT.bearer], ['mine', 'mine too']].entries()) {
    await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`, { headers }), yes);
    const { text } = await receiver.request(index + 1);
    const values = [...text.matchAll(/^authorization: (.*)\r$/gim)].map(([, value]) => value);
    assert.deepEqual(values, expected);
    assert.match(text, /^X-Tag: a\r$/m);
  }
  const place = `http://127.0.0.1:${receiver.port}`;
  assert.deepEqual(asked, Array(3).fill(['shop', place]));
});

test('a receiver that sends them back does not bring them into the log', TIMEOUT, async (t) => {
  const echo = await startReceiver(t, ({ text, socket }) => {
    const { headers } = parseRequest(text);
    const sent = headers['authorization'] ?? '';
    const [, userPass = ''] = sent.split(' ');
    const password = Buffer.from(userPass, 'base64').toString().replace('jürgen:', '');
    const shown = `${JSON.stringify(headers)} ${password} ${JSON.stringify({ password })}`;
    socket.write(answerText(500, `${shown} ${encodeURIComponent(`${password}${sent}`)}`));
  });
  const { logger, lines } = keepingLogger();
  for (const credentials of [BASIC, BEARER]) {
    const secretsOf = (): CallSecrets => secretsWith(credentials);
    const { dispatcher } = openDispatcher(t, { secretsOf, logger });
    const call = callTo(`http://127.0.0.1:${echo.port}/`);
    const result = await dispatcher.call(call, yes);
    assert.ok(result.kind === 'answered');
    assert.match(result.body, /"authorization":"(Basic|Bearer) \[hidden\]"/);
    assert.match(result.body, /"cassadra-id":"11111111-/);
    const { text } = await echo.request(echo.requests.length);
    assert.ok(text.includes(SENT[credentials.kind]), 'it was sent');
    const kept = JSON.stringify(result) + lines.join('\n');
    for (const secret of ['hunter2', SENT[credentials.kind].split(' ')[1] ?? '']) {
      assert.ok(!kept.includes(secret), `${secret} in ${kept}`);
    }
  }
});

test('no failure shows them', TIMEOUT, async (t) => {
  const { logger, lines } = keepingLogger();
  const receiver = await startReceiver(t, ({ socket }) => {
    socket.write('HTTP/9.9 hunter2\r\n\r\n');
    socket.resetAndDestroy();
  });
  const places = [
    `http://127.0.0.1:${receiver.port}/`,
    'http://127.0.0.1:1/',
    'http://10.0.0.1/',
    'http://unknown.invalid/',
  ];
  const results: unknown[] = [];
  // a header that no dispatcher can write
  const strange = { kind: 'bearer', token: 'hunter2\r\nx: y' } as const;
  for (const credentials of [BASIC, BEARER, strange]) {
    const { dispatcher } = openDispatcher(t, {
      logger,
      secretsOf: () => secretsWith(credentials),
      resolve: async () => [],
    });
    for (const place of places) results.push(await dispatcher.call(callTo(place), yes));
  }
  assert.equal(results.length, 12);
  const kept = JSON.stringify(results) + lines.join('\n');
  assert.match(kept, /request cannot be sent/);
  for (const secret of ['hunter2', ...Object.values(SENT)]) assert.ok(!kept.includes(secret), kept);
});

test('a secret that cannot be used stops the call before anything is sent', TIMEOUT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { logger, lines } = keepingLogger();
  const mtls = { kind: 'mtls', certificate: 'hunter2', privateKey: 'x', ca: undefined } as const;
  const secretsOf: (() => CallSecrets)[] = [
    () => {
      throw new AppError('INTERNAL', 'a secret cannot be opened', {}, new Error('hunter2'));
    },
    () => {
      throw new Error('hunter2');
    },
    () => secretsWith(mtls),
    () => ({ ...secretsWith(undefined), ed25519Seeds: [new Uint8Array(31)] }),
  ];
  for (const opening of secretsOf) {
    const { dispatcher } = openDispatcher(t, { secretsOf: opening, logger });
    const result = await dispatcher.call(callTo(`http://127.0.0.1:${receiver.port}/`), yes);
    assert.equal(result.kind, 'failed');
    assert.ok(!JSON.stringify(result).includes('hunter2'));
  }
  assert.equal(receiver.sockets.length, 0);
  assert.equal(lines.length, secretsOf.length);
  assert.ok(lines[0]?.includes('a secret cannot be opened'));
  assert.ok(!lines.join('\n').includes('hunter2'), lines.join('\n'));
});
