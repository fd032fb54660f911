import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTo, openDispatcher, yes } from './dispatcher-under-test.js';
import type { NameAnswer } from './name-server.js';
import { LIMIT, never, openNames, PATIENT_MS } from './names-under-test.js';
import { answerText, startReceiver } from './receiver.js';

test('names that nobody answers for do not hold up others', LIMIT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { server, resolve } = await openNames(t);
  const { dispatcher } = openDispatcher(t, {
    resolve,
    settings: { connectTimeoutMs: PATIENT_MS },
  });
  let ended = 0;
  const slow = Array.from({ length: 12 }, async (_, n) => {
    const result = await dispatcher.call(callTo(`http://slow${n}.example/`), yes);
    ended += 1;
    return result;
  });
  await server.questions(24);
  for (const name of ['near.example', 'localhost', 'shop.localhost']) {
    const result = await dispatcher.call(callTo(`http://${name}:${receiver.port}/`), yes);
    assert.equal(result.kind, 'answered');
  }
  assert.deepEqual([ended, server.asked.size], [0, 24]);
  await dispatcher.close();
  for (const result of await Promise.all(slow)) assert.deepEqual(result, { kind: 'withdrawn' });
});

test('a look-up that takes too long is a failed call', LIMIT, async (t) => {
  const { server, resolve, time } = await openNames(t);
  const { dispatcher } = openDispatcher(t, {
    resolve,
    settings: { connectTimeoutMs: 2 * PATIENT_MS },
  });
  const call = dispatcher.call(callTo('http://slow.example/'), yes);
  await server.questions(2);
  time.advance(PATIENT_MS);
  assert.deepEqual(await call, { kind: 'failed', error: 'looking up the host timed out' });
});

test('a look-up whose call is over is stopped', LIMIT, async (t) => {
  const { server, resolve } = await openNames(t);
  const stop = new AbortController();
  const lookup = resolve('slow.example', stop.signal);
  await server.questions(2);
  stop.abort();
  await assert.rejects(lookup, { code: 'ETIMEOUT' });

  const signals: AbortSignal[] = [];
  const { dispatcher, time } = openDispatcher(t, {
    resolve: (_hostname, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
  });
  const call = dispatcher.call(callTo('http://slow.example/'), yes);
  while (signals.length === 0) await new Promise(setImmediate);
  time.advance(15_000);
  assert.deepEqual(await call, { kind: 'failed', error: 'timed out after 15000 ms' });
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true],
  );
});

const FOUR = [192, 0, 2, 7];
const SIX = [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 7];
const ABSENT: NameAnswer = {};
const UNKNOWN: NameAnswer = { code: 3 };
const BROKEN: NameAnswer = { code: 2 };

const FOUND: [string, NameAnswer, NameAnswer, string[]][] = [
  ['both', { addresses: [FOUR] }, { addresses: [SIX] }, ['4 192.0.2.7', '6 2001:db8::7']],
  ['no AAAA', { addresses: [FOUR] }, ABSENT, ['4 192.0.2.7']],
  ['no A', ABSENT, { addresses: [SIX] }, ['6 2001:db8::7']],
  ['AAAA broken', { addresses: [FOUR] }, BROKEN, ['4 192.0.2.7']],
];

for (const [title, a, aaaa, expected] of FOUND) {
  test(`the addresses of a name: ${title}`, LIMIT, async (t) => {
    const { resolve } = await openNames(t, (_name, type) => (type === 'A' ? a : aaaa));
    const found = await resolve('one.example', never);
    const texts = found.map(({ address, family }) => `${family} ${address}`);
    assert.deepEqual(texts, expected);
  });
}

const FAILED: [string, NameAnswer, NameAnswer, string][] = [
  ['unknown', UNKNOWN, UNKNOWN, 'unknown host'],
  ['without addresses', ABSENT, ABSENT, 'unknown host'],
  ['broken', BROKEN, BROKEN, 'looking up the host failed'],
  ['half broken', ABSENT, BROKEN, 'looking up the host failed'],
  ['refused', { code: 5 }, { code: 5 }, 'looking up the host failed'],
];

for (const [title, a, aaaa, error] of FAILED) {
  test(`a name is ${title}`, LIMIT, async (t) => {
    const { resolve } = await openNames(t, (_name, type) => (type === 'A' ? a : aaaa));
    const { dispatcher } = openDispatcher(t, { resolve });
    const result = await dispatcher.call(callTo('http://one.example/'), yes);
    assert.deepEqual(result, { kind: 'failed', error });
  });
}

test('without search domains names are asked for as they are written', LIMIT, async (t) => {
  const { server, resolve } = await openNames(t, () => UNKNOWN);
  for (const name of ['shop', 'shop.default', 'shop.example.']) {
    await assert.rejects(resolve(name, never), { code: 'ENOTFOUND' });
  }
  const names = ['shop', 'shop.default', 'shop.example'];
  const expected = names.flatMap((name) => [`${name} A`, `${name} AAAA`]);
  assert.deepEqual([...server.asked].sort(), expected.sort());
});
