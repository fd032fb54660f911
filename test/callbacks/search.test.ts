import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { dnsResolve } from '../../src/callbacks/index.js';
import { systemTimers } from '../../src/runtime/index.js';
import { callTo, openDispatcher, yes } from './dispatcher-under-test.js';
import type { NameAnswer, QueryType } from './name-server.js';
import { LIMIT, never, openNames, PATIENT_MS } from './names-under-test.js';
import { answerText, startReceiver } from './receiver.js';

const CLUSTER = 'search shop.svc.cluster.test svc.cluster.test\noptions ndots:5\n';
const TOO_LONG = `search ${'long.'.repeat(50)}test\n`;
const ORDERS = 'orders.shop.svc.cluster.test';
const ABSENT: NameAnswer = {};
const UNKNOWN: NameAnswer = { code: 3 };
const LOCAL: NameAnswer = { addresses: [[127, 0, 0, 1]] };

type Answer = (name: string, type: QueryType) => NameAnswer | undefined;

/** Has an A record of one name. */
function knowing(known: string, answer: NameAnswer = LOCAL): Answer {
  return (name, type) => {
    if (name !== known) return UNKNOWN;
    return type === 'A' ? answer : ABSENT;
  };
}

/** In the order of the first question. */
function namesOf(asked: ReadonlySet<string>): string[] {
  return [...new Set([...asked].map((question) => question.replace(/ .*/, '')))];
}

test('calls reach services by their short names', LIMIT, async (t) => {
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { resolve } = await openNames(t, knowing(ORDERS), CLUSTER);
  const { dispatcher } = openDispatcher(t, { resolve });
  for (const name of ['orders', 'orders.shop', 'orders.shop.svc.cluster.test']) {
    const result = await dispatcher.call(callTo(`http://${name}:${receiver.port}/`), yes);
    assert.equal(result.kind, 'answered', name);
  }
});

test('the guard judges what a search domain leads to', LIMIT, async (t) => {
  const forbidden = {
    addresses: [
      [127, 0, 0, 1],
      [10, 0, 0, 1],
    ],
  };
  const { resolve } = await openNames(t, knowing(ORDERS, forbidden), CLUSTER);
  const { dispatcher } = openDispatcher(t, { resolve });
  const { kind } = await dispatcher.call(callTo('http://orders/'), yes);
  assert.equal(kind, 'refused');
});

test('names are asked for in turn until one has addresses', LIMIT, async (t) => {
  const absent = 'orders.x.shop.svc.cluster.test';
  const answer: Answer = (name, type) =>
    name === absent ? ABSENT : knowing('orders.x.svc.cluster.test')(name, type);
  const { server, resolve } = await openNames(t, answer, CLUSTER);
  assert.deepEqual(await resolve('orders.x', never), [{ address: '127.0.0.1', family: 4 }]);
  assert.deepEqual(namesOf(server.asked), [absent, 'orders.x.svc.cluster.test']);
});

test('a name that no search domain has is unknown', LIMIT, async (t) => {
  const { server, resolve } = await openNames(t, () => UNKNOWN, 'search x y\n');
  await assert.rejects(resolve('a.b', never), { code: 'ENOTFOUND' });
  assert.deepEqual(namesOf(server.asked), ['a.b', 'a.b.x', 'a.b.y']);
});

test('a dot at the end, and the hosts file, spare the search', LIMIT, async (t) => {
  const { server, resolve } = await openNames(t, () => UNKNOWN, CLUSTER);
  assert.deepEqual(await resolve('near', never), [{ address: '127.0.0.1', family: 4 }]);
  assert.deepEqual(namesOf(server.asked), []);
  await assert.rejects(resolve('orders.shop.', never), { code: 'ENOTFOUND' });
  assert.deepEqual(namesOf(server.asked), ['orders.shop']);
});

test('a domain that makes the name too long is passed over', LIMIT, async (t) => {
  const { server, resolve } = await openNames(t, knowing('orders'), TOO_LONG);
  assert.deepEqual(await resolve('orders', never), [{ address: '127.0.0.1', family: 4 }]);
  assert.deepEqual(namesOf(server.asked), ['orders']);
});

test('a server failure ends the search', LIMIT, async (t) => {
  const { server, resolve } = await openNames(t, () => ({ code: 2 }), CLUSTER);
  await assert.rejects(resolve('orders', never), { code: 'ESERVFAIL' });
  assert.deepEqual(namesOf(server.asked), [ORDERS]);
});

test('one time limit holds for the whole search, and ends it', LIMIT, async (t) => {
  const half = new AbortController();
  const { server, resolve, time } = await openNames(
    t,
    (name) => {
      if (name !== ORDERS) return undefined;
      if (!half.signal.aborted) time.advance(PATIENT_MS / 2);
      half.abort();
      return UNKNOWN;
    },
    CLUSTER,
  );
  const lookup = resolve('orders', never);
  await server.questions(4);
  time.advance(PATIENT_MS / 2);
  await assert.rejects(lookup, { code: 'ETIMEOUT' });
  assert.deepEqual(namesOf(server.asked), [ORDERS, 'orders.svc.cluster.test']);
});

test('nothing is asked after a time limit that passes between two names', LIMIT, async (t) => {
  // the first name is too long to be asked, so there is nothing to cancel
  const { server, settings } = await openNames(t, () => undefined, TOO_LONG);
  const timers = { ...systemTimers, sleep: () => Promise.resolve() };
  const resolve = dnsResolve({ ...settings, timers });
  await assert.rejects(resolve('orders', never), { code: 'ETIMEOUT' });
  assert.deepEqual(namesOf(server.asked), []);
});

test('search domains that change count for the next look-up', LIMIT, async (t) => {
  const { server, resolve, resolvConfPath } = await openNames(t, () => UNKNOWN, 'search x\n');
  await assert.rejects(resolve('a', never));
  await writeFile(resolvConfPath, 'search other\n');
  await assert.rejects(resolve('b', never));
  await rm(resolvConfPath);
  await assert.rejects(resolve('c', never));
  assert.deepEqual(namesOf(server.asked), ['a.x', 'a', 'b.other', 'b', 'c']);
});
