import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { readEventStream } from './event-source.js';
import { ask, serveEventStore, type EventStoreUnderTest } from './event-store-under-test.js';
import { HttpStream } from './http-stream.js';

const LIMIT = { timeout: 20_000 };
const SUBSCRIBE = '/v1/events:subscribe';
const accept = 'text/event-stream';

async function serve(context: TestContext): Promise<EventStoreUnderTest> {
  const served = await serveEventStore();
  context.after(() => served.stop());
  return served;
}

async function append(port: number, stream: string, count = 1): Promise<void> {
  const events = Array.from({ length: count }, () => ({ type: 'T', metadata: { of: stream } }));
  const { status, json } = await ask(port, `/v1/streams/${stream}/events`, { events });
  assert.equal(status, 200, JSON.stringify(json));
}

interface Seen {
  readonly id: string;
  readonly event: string;
}

/** Streams and versions of the events that have come, with the cursor after them. */
function seen(stream: HttpStream): readonly Seen[] {
  return readEventStream(stream.text).events.flatMap(({ type, data, lastEventId }) => {
    if (type !== 'events') return [];
    const { events } = data as { events: { events: { stream: string; version: number }[] } };
    return events.events.map((event) => ({
      ...{ id: lastEventId, event: `${event.stream} ${event.version}` },
    }));
  });
}

const open = (port: number, path: string, headers: Record<string, string> = {}) =>
  HttpStream.open(port, path, { headers: { accept, ...headers } });

describe('Subscribe as server-sent events', LIMIT, () => {
  test('what there is, then what comes; resumed by Last-Event-ID without a gap', async (context) => {
    const { port } = await serve(context);
    await append(port, 'a', 3);
    const first = await open(port, `${SUBSCRIBE}?types=T`);
    await first.until((stream) => seen(stream).length === 3);
    await append(port, 'b', 2);
    await first.until((stream) => seen(stream).length === 5);
    first.close();
    await append(port, 'c');
    const last = seen(first).at(-1)?.id ?? '';
    assert.notEqual(last, '');
    // as a browser does it: the URL is the same, with the cursor of long ago
    const again = await open(port, `${SUBSCRIBE}?types=T`, { 'last-event-id': last });
    await again.until((stream) => seen(stream).length === 1);
    await append(port, 'd');
    await again.until((stream) => seen(stream).length === 2);
    const all = [...seen(first), ...seen(again)].map(({ event }) => event);
    assert.deepEqual(all, ['a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'c 1', 'd 1']);
    again.close();
  });

  test('from now on, of one stream; a stream may come later', async (context) => {
    const { port } = await serve(context);
    await append(port, 'a', 2);
    const stream = await open(port, `${SUBSCRIBE}?stream=a&from=SUBSCRIBE_FROM_NOW`);
    await append(port, 'b');
    await append(port, 'a');
    await stream.until((one) => seen(one).length === 1);
    assert.deepEqual(
      seen(stream).map(({ event }) => event),
      ['a 3'],
    );
    stream.close();
  });

  test('from now on, and after a break from the last id: the URL stays the same', async (context) => {
    const { port } = await serve(context);
    const url = `${SUBSCRIBE}?types=T&from=SUBSCRIBE_FROM_NOW`;
    const stream = await open(port, url);
    await append(port, 'a');
    await stream.until((one) => seen(one).length === 1);
    stream.close();
    await append(port, 'b');
    const again = await open(port, url, { 'last-event-id': seen(stream).at(-1)?.id ?? '' });
    await again.until((one) => seen(one).length === 1);
    assert.equal(seen(again)[0]?.event, 'b 1');
    again.close();
  });

  test('all events that fit a filter, by POST', async (context) => {
    const { port } = await serve(context);
    for (const name of ['a1', 'b1', 'a2']) await append(port, name);
    const filter = { streamPrefix: 'a', metadata: { of: 'a2' } };
    const stream = await HttpStream.open(port, SUBSCRIBE, {
      ...{ headers: { accept }, body: JSON.stringify({ all: true, filter }) },
    });
    await stream.until((one) => seen(one).length === 1);
    assert.deepEqual(
      seen(stream).map(({ event }) => event),
      ['a2 1'],
    );
    stream.close();
  });

  test('events that are eager have no id of their own', async (context) => {
    const { port } = await serve(context);
    const stream = await open(port, `${SUBSCRIBE}?types=T&eager=true`);
    await append(port, 'a');
    await stream.until((one) => seen(one).length > 0);
    assert.equal(seen(stream)[0]?.event, 'a 1');
    stream.close();
  });

  test('as lines of JSON to others', async (context) => {
    const { port } = await serve(context);
    await append(port, 'a');
    const stream = await HttpStream.open(port, `${SUBSCRIBE}?types=T`);
    await stream.until(({ lines }) => lines.length > 0);
    const [line] = stream.lines as { events: { events: JsonObject[] }; cursor: string }[];
    assert.equal(line?.events.events[0]?.stream, 'a');
    assert.notEqual(line?.cursor, '');
    stream.close();
  });

  test('a server that stops says so, and does not wait for subscribers', async (context) => {
    const { port, http } = await serve(context);
    const stream = await open(port, `${SUBSCRIBE}?types=T`);
    await append(port, 'a');
    await stream.until((one) => seen(one).length === 1);
    const stopped = http.stop();
    assert.equal(await stream.untilEnd(), 'whole');
    const { type, data } = readEventStream(stream.text).events.at(-1) ?? {};
    assert.deepEqual([type, (data as JsonObject).code], ['error', 'NOT_READY']);
    await stopped;
  });
});

test('a subscriber that reads nothing misses nothing', LIMIT, async (context) => {
  const { port } = await serve(context);
  const stream = await open(port, `${SUBSCRIBE}?types=T`);
  stream.pause();
  const data = 'A'.repeat(100_000);
  for (let round = 0; round < 12; round += 1) {
    const events = Array.from({ length: 10 }, () => ({ type: 'T', data }));
    assert.equal((await ask(port, '/v1/streams/big/events', { events })).status, 200);
  }
  stream.resume();
  await stream.until((one) => one.text.length > 120 * data.length && seen(one).length === 120);
  const versions = seen(stream).map(({ event }) => event);
  assert.deepEqual(
    versions,
    Array.from({ length: 120 }, (_one, index) => `big ${index + 1}`),
  );
  stream.close();
});
