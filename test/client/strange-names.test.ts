import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { StoregrpcClient, type Cassadra, type RecordedEvent } from '../../src/client/index.js';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import type { BackendFactory } from '../conformance/event-log/index.js';
import { memoryUnderTest } from '../conformance/memory-under-test.js';
import { serve } from '../wire/store-under-test.js';
import { clientFor, listOf } from './store-for-clients.js';

const NAMES: readonly string[] = [
  'plain',
  '/',
  '//a/../b/',
  ' ',
  'a b',
  'a%2Fb',
  'über/ψ/😀',
  'e\u0301',
  'é',
  'A',
  'a',
  '\u0000',
  'line\nend',
  '$all',
  "'; DROP TABLE events; --",
  'x'.repeat(512),
  '€'.repeat(170),
  '😀'.repeat(128),
  '\u{10ffff}',
  '0192f0c1-2345-7abc-8def-00112233445',
  '{0192f0c1-2345-7abc-8def-001122334455}',
];

/** Kept byte for byte; parsing and printing any of them would change it. */
const TEXTS: readonly string[] = [
  '{"max":9223372036854775807,"min":-9223372036854775808,"u":18446744073709551615}',
  '12345678901234567890',
  '{ "b" : 1.0, "a": 1e400 , "a":-0 }',
  '"\\u00e9\\/\\ud83d\\ude00"',
  '\t[ ]\r\n',
  '{"__proto__":{"x":1},"":null}',
];

const BYTES: readonly Uint8Array[] = [
  Uint8Array.from({ length: 256 }, (_, index) => index),
  new Uint8Array(),
  Uint8Array.of(0xc3, 0x28, 0xff),
];

const cassandra = await cassandraForTests();
const BACKENDS: Readonly<Record<string, BackendFactory>> = {
  memory: memoryUnderTest,
  embedded: embeddedUnderTest,
  ...('skip' in cassandra ? {} : { cassandra: cassandraUnderTest(cassandra.contactPoint) }),
};
if ('skip' in cassandra) test('strange names on cassandra', { skip: cassandra.skip });

for (const [name, factory] of Object.entries(BACKENDS)) {
  describe(`strange names on ${name}`, () => {
    test('a stream, an id and a payload are what they were', { timeout: 120_000 }, async (t) => {
      const underTest = await factory();
      t.after(() => underTest.cleanup());
      const server = await serve(() => underTest.backend);
      t.after(() => server.stop());
      const client = clientFor(t, server.address);
      const seed = new StoregrpcClient({ host: '127.0.0.1', port: server.port, timeoutMs: 20_000 });
      t.after(() => seed.close());
      await t.test('names', () => expectNames(client));
      await t.test('names that are none are refused, and nothing is written', () =>
        expectRefused(client),
      );
      await t.test('a UUID in any case is one stream, in both APIs', () =>
        expectUuid(client, seed),
      );
      await t.test('payloads, byte for byte', () => expectPayloads(client, seed));
    });
  });
}

async function expectNames(client: Cassadra): Promise<void> {
  const ids = new Set<string>();
  for (const name of NAMES) {
    const event = { type: 'Named', json: JSON.stringify(name) };
    const { lastVersion } = await client.append(name, event, { expected: 'no-stream' });
    assert.equal(lastVersion, 1, name);
    const state = await client.getStream(name);
    assert.deepEqual([state.stream, state.currentVersion], [name, 1]);
    const [byName, ...others] = await listOf(client.read(name));
    assert.deepEqual([byName?.stream, byName?.data, others.length], [name, name, 0]);
    const [byId] = await listOf(client.read(state.streamId));
    assert.equal(byId?.stream, name, 'the id of a name is the same stream');
    assert.deepEqual(await firstOf(client, name), byName);
    ids.add(state.streamId);
  }
  assert.equal(ids.size, NAMES.length, 'each is a stream of its own');
  const listed = (await listOf(client.listStreams())).map(({ stream }) => stream);
  assert.deepEqual(listed, inUtf8Order(NAMES));
  for (const prefix of ['a', '/', '😀', 'e\u0301', 'x'.repeat(512)]) {
    const found = (await listOf(client.listStreams({ prefix }))).map(({ stream }) => stream);
    assert.deepEqual(found, inUtf8Order(NAMES.filter((name) => name.startsWith(prefix))), prefix);
  }
  const polled = await pollAll(client, 'Named', NAMES.length);
  assert.deepEqual(polled.map(({ stream }) => stream).sort(), [...NAMES].sort());
}

function inUtf8Order(names: readonly string[]): string[] {
  return [...names].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** What a subscription to the stream begins with. */
async function firstOf(client: Cassadra, stream: string): Promise<RecordedEvent | undefined> {
  for await (const event of client.subscribe({ stream }).events()) return event;
  return undefined;
}

/** A view may need several polls to show what was acknowledged. */
async function pollAll(client: Cassadra, type: string, count: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let cursor: string | undefined; events.length < count; ) {
    const page = await client.poll({ types: [type], cursor, limit: 1_000, waitMs: 30_000 });
    assert.ok(page.events.length > 0, `${events.length} of ${count} events came`);
    events.push(...page.events);
    cursor = page.nextCursor;
  }
  return events;
}

async function expectRefused(client: Cassadra): Promise<void> {
  const before = await listOf(client.listStreams());
  const refused = [
    ['', 'INVALID_ARGUMENT'],
    ['\ud800', 'INVALID_ARGUMENT'],
    ['x'.repeat(513), 'LIMIT_EXCEEDED'],
    [`${'€'.repeat(170)}abc`, 'LIMIT_EXCEEDED'],
  ] as const;
  for (const [name, reason] of refused) {
    const wrong = { name: 'InvalidRequestError', reason, message: /^stream / };
    await assert.rejects(client.append(name, { type: 'T' }), wrong);
    await assert.rejects(client.getStream(name), wrong);
    await assert.rejects(listOf(client.read(name)), wrong);
  }
  assert.deepEqual(await listOf(client.listStreams()), before);
}

async function expectUuid(client: Cassadra, seed: StoregrpcClient): Promise<void> {
  const lower = randomUUID();
  const upper = lower.toUpperCase();
  const mixed = `${upper.slice(0, 18)}${lower.slice(18)}`;
  await client.append(upper, { type: 4_711, json: '1' }, { expected: 'no-stream' });
  await assert.rejects(client.append(lower, { type: 4_711 }, { expected: 'no-stream' }), {
    reason: 'VERSION_CONFLICT',
  });
  await seed.update({ id: mixed, version: 1, events: [{ type: 4_711, payload: '2' }] });
  await assert.rejects(
    seed.update({ id: upper, version: 1, events: [{ type: 4_711, payload: '3' }] }),
    { name: 'VersionConflictError' },
  );
  for (const id of [lower, upper, mixed]) {
    const { stream, streamId, currentVersion } = await client.getStream(id);
    assert.deepEqual([stream, streamId, currentVersion], [lower, lower, 2]);
    const read = await listOf(client.read(id));
    assert.deepEqual(
      read.map((event) => [event.stream, event.streamId, event.version, event.json]),
      [
        [lower, lower, 1, '1'],
        [lower, lower, 2, '2'],
      ],
    );
    const { events } = await seed.findById(id);
    assert.deepEqual(
      events.map((event) => [event.id, event.payload, event.savetimeMs]),
      read.map((event) => [lower, event.json, event.savetimeMs]),
    );
    assert.equal((await firstOf(client, id))?.stream, lower);
  }
}

async function expectPayloads(client: Cassadra, seed: StoregrpcClient): Promise<void> {
  const stream = randomUUID();
  await client.append(
    stream,
    TEXTS.map((json) => ({ type: 'Text', json })),
  );
  await client.append(
    stream,
    BYTES.map((bytes) => ({ type: 'Bytes', bytes })),
  );
  const read = await listOf(client.read(stream));
  assert.deepEqual(
    read.slice(0, TEXTS.length).map(({ json }) => json),
    TEXTS,
  );
  const bytes = read.slice(TEXTS.length).map((event) => Uint8Array.from(event.bytes ?? []));
  assert.deepEqual(bytes, BYTES);
  const texts = await pollAll(client, 'Text', TEXTS.length);
  assert.deepEqual(texts, read.slice(0, TEXTS.length));
  assert.deepEqual(await pollAll(client, 'Bytes', BYTES.length), read.slice(TEXTS.length));
  const type = texts[0]?.typeCode ?? assert.fail();
  const { events } = await seed.findByType({ type, sinceMs: 0, batchSize: 100 });
  assert.deepEqual(
    events.map(({ payload }) => payload),
    TEXTS,
  );
}
