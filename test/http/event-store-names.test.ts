import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { ask, serveEventStore, type EventStoreUnderTest } from './event-store-under-test.js';

let served: EventStoreUnderTest;

before(async () => {
  served = await serveEventStore();
});

after(() => served.stop());

const UUID = '0192F0C1-2345-7ABC-8DEF-001122334455';

/** Stream names as they are sent in a path, and as they are. */
const NAMES: Readonly<Record<string, string>> = {
  'orders%2F1': 'orders/1',
  '%2F': '/',
  'a%3Ab': 'a:b',
  'c:d': 'c:d',
  'x:subscribe': 'x:subscribe',
  'events:append-many': 'events:append-many',
  events: 'events',
  'per%25cent%252F': 'per%cent%2F',
  '%C3%BC%20%F0%9F%8C%8D': 'ü 🌍',
  'a+b&c=d;e': 'a+b&c=d;e',
  'q%3Fh%23': 'q?h#',
  ['%E2%82%AC'.repeat(170)]: '€'.repeat(170),
  ['%41'.repeat(512)]: 'A'.repeat(512),
  [UUID]: UUID.toLowerCase(),
  [`x${UUID}`]: `x${UUID}`,
  '%00%0A': '\0\n',
};

for (const [sent, name] of Object.entries(NAMES)) {
  test(`the stream ${sent.slice(0, 60)}`, async () => {
    const at = `/v1/streams/${sent}`;
    const written = await ask(served.port, `${at}/events`, {
      ...{ expectedVersion: 0, events: [{ type: 'T', json: '1' }] },
    });
    assert.equal(written.status, 200, JSON.stringify(written.json));
    const { stream, currentVersion } = (await ask(served.port, at)).json;
    assert.deepEqual([stream, currentVersion], [name, 1]);
    const { lines } = (await ask(served.port, `${at}/events`)).json;
    const [event] = (lines as { events: JsonObject[] }[]).flatMap(({ events }) => events);
    assert.deepEqual([event?.stream, event?.version], [name, 1]);
    const again = await ask(served.port, '/v1/events', {
      ...{ stream: name, expectedVersion: 1, events: [{ type: 'T' }] },
    });
    assert.equal(again.status, 200, 'the same by a body');
  });
}

test('names that are none', async () => {
  const refused = [
    ['A'.repeat(513), 400, 'LIMIT_EXCEEDED'],
    ['%FF', 400, 'INVALID_ARGUMENT'],
    ['%', 400, 'INVALID_ARGUMENT'],
    ['', 404, 'NOT_FOUND'],
    ['a/b', 404, 'NOT_FOUND'],
  ] as const;
  for (const [sent, expected, code] of refused) {
    const { status, json } = await ask(served.port, `/v1/streams/${sent}/events`);
    assert.deepEqual([sent, status, json.code], [sent, expected, code]);
  }
});
