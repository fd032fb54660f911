import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test, type TestContext } from 'node:test';
import type { ResolvedAddress } from '../../src/callbacks/index.js';
import { callTo, openDispatcher, yes } from './dispatcher-under-test.js';
import { answerText, startReceiver } from './receiver.js';

/** How many sockets this process has opened since. */
function countSockets(t: TestContext): () => number {
  let opened = 0;
  const count = (): void => {
    opened += 1;
  };
  subscribe('net.client.socket', count);
  t.after(() => unsubscribe('net.client.socket', count));
  return () => opened;
}

function refusal(host: string): { kind: 'refused'; reason: string } {
  const reason = `the address of ${host} is not allowed (CALLBACK_ALLOW_CIDRS)`;
  return { kind: 'refused', reason };
}

const LITERALS = [
  '127.0.0.1',
  '127.8.9.10',
  '2130706433',
  '0177.0.0.1',
  '017700000001',
  '0x7f.1',
  '0x7f000001',
  '127.1',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '169.254.169.254',
  '0xa9fea9fe',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '198.18.0.1',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[2001:db8::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
];

for (const host of LITERALS) {
  test(`http://${host} is refused without a connection`, { timeout: 10_000 }, async (t) => {
    const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
    const { dispatcher } = openDispatcher(t, { allow: [] });
    const sockets = countSockets(t);
    const call = callTo(`http://${host}:${receiver.port}/`);
    const result = await dispatcher.call(call, () => assert.fail('asked'));
    assert.deepEqual(result, refusal(new URL(call.target.url).hostname));
    assert.equal(sockets(), 0);
    assert.equal(receiver.sockets.length, 0);
  });
}

const v4 = (address: string): ResolvedAddress => ({ address, family: 4 });
const v6 = (address: string): ResolvedAddress => ({ address, family: 6 });

const NAMES: [string, readonly ResolvedAddress[]][] = [
  ['inward', [v4('127.0.0.1')]],
  ['inward by IPv6', [v6('::1')]],
  ['inward, mapped', [v6('::ffff:127.0.0.1')]],
  ['mixed, public first', [v4('93.184.216.34'), v4('127.0.0.1')]],
  ['mixed, inner first', [v4('127.0.0.1'), v4('93.184.216.34')]],
  ['mixed families', [v6('2606:4700::1111'), v4('127.0.0.1')]],
  ['something that is no address', [v4('0x7f.1')]],
];

for (const [title, addresses] of NAMES) {
  for (const scheme of ['http', 'https']) {
    test(`${scheme}, a name that resolves to ${title}`, { timeout: 10_000 }, async (t) => {
      const receiver = await startReceiver(t);
      const { dispatcher } = openDispatcher(t, { allow: [], resolve: async () => addresses });
      const call = callTo(`${scheme}://inner.example:${receiver.port}/`);
      const result = await dispatcher.call(call, () => assert.fail('asked'));
      assert.deepEqual(result, refusal('inner.example'));
      assert.equal(receiver.sockets.length, 0);
    });
  }
}

test('localhost is refused by the real resolver too', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t);
  const { dispatcher } = openDispatcher(t, { allow: [] });
  const result = await dispatcher.call(callTo(`http://localhost:${receiver.port}/`), yes);
  assert.deepEqual(result, refusal('localhost'));
  assert.equal(receiver.sockets.length, 0);
});

test('a name is judged by the answer that is dialled, each time', {
  timeout: 10_000,
}, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => {
    socket.end(answerText(200, '', ['Connection: close']));
  });
  const answers = [[v4('127.0.0.1')], [v4('127.0.0.2')], [v4('127.0.0.1')]];
  let asked = 0;
  const { dispatcher } = openDispatcher(t, {
    allow: ['127.0.0.1/32'],
    resolve: async () => answers[asked++] ?? [],
  });
  const call = callTo(`http://turning.example:${receiver.port}/`);
  for (const kind of ['answered', 'refused', 'answered']) {
    assert.equal((await dispatcher.call(call, yes)).kind, kind);
  }
  assert.equal(asked, 3, 'resolved once for each dial');
  assert.equal(receiver.sockets.length, 2);
});

test('only the address that was judged is dialled', { timeout: 10_000 }, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  // the name means 127.0.0.1 to everybody else
  const { dispatcher } = openDispatcher(t, { resolve: async () => [v4('127.0.0.3')] });
  const sockets = countSockets(t);
  const result = await dispatcher.call(callTo(`http://localhost:${receiver.port}/`), yes);
  assert.deepEqual(result, { kind: 'failed', error: 'connection refused' });
  assert.equal(sockets(), 1);
  assert.equal(receiver.sockets.length, 0);
});

for (const host of ['127.0.0.1', '2130706433', '0x7f.1', 'localhost', 'any.localhost']) {
  test(`${host} is called where the range is allowed`, { timeout: 10_000 }, async (t) => {
    const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
    const { dispatcher } = openDispatcher(t, { allow: ['127.0.0.0/8', '::1/128'] });
    const result = await dispatcher.call(callTo(`http://${host}:${receiver.port}/`), yes);
    assert.equal(result.kind, 'answered');
  });
}
