import assert from 'node:assert/strict';
import { Agent, get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { connect, type Cassadra } from '../../../src/client/index.js';
import { anonymousBytes, skipMemory } from '../anonymous-bytes.js';
import { startStore } from '../program.js';
import { embeddedStorage } from '../storages.js';

const EVENTS = process.env['CASSADRA_TEST_LONG'] === '1' ? 100_000 : 20_000;
const EVENT_BYTES = 1_024;
const BATCH = 500;
const SUBSCRIBERS = 30;
const CATCH_UP = 3;
const MEBIBYTE = 1_048_576;

/** As docs/settings.md states it. */
const SUBSCRIBER_MAX_BYTES = 8 * MEBIBYTE;
/** By which one run of the same differs from another. */
const NOISE_MAX_BYTES = 80 * MEBIBYTE;

/** Asks for the events; nothing of the answer is read. */
function subscribe(port: number): Promise<IncomingMessage> {
  const options = {
    host: '127.0.0.1',
    port,
    path: '/v1/events:subscribe?types=happened',
    headers: { accept: 'text/event-stream' },
    agent: new Agent({ keepAlive: false }),
  };
  return new Promise((resolve, reject) => get(options, resolve).on('error', reject));
}

/** Reads until so many events have come. The versions of each stream, as they came. */
async function read(answer: IncomingMessage, count: number): Promise<Map<string, number[]>> {
  const versions = new Map<string, number[]>();
  let seen = 0;
  let rest = '';
  for await (const text of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.startsWith('data: '))) {
      const { events } = JSON.parse(line.slice(6)) as {
        events?: { events: { stream: string; version: number }[] };
      };
      for (const { stream, version } of events?.events ?? []) {
        versions.set(stream, [...(versions.get(stream) ?? []), version]);
        seen += 1;
      }
    }
    if (seen >= count) return versions;
  }
  throw new Error(`it ended after ${seen} events`);
}

/** Appends the events, a batch to a stream; the most memory that the server had meanwhile. */
async function appendAll(store: Cassadra, type: string, pid: number): Promise<number> {
  const events = Array.from({ length: BATCH }, () => ({ type, data: 'x'.repeat(EVENT_BYTES) }));
  let mostBytes = 0;
  for (let count = 0; count < EVENTS; count += BATCH) {
    await store.append(`${type}-${count}`, events);
    mostBytes = Math.max(mostBytes, await anonymousBytes(pid));
  }
  return mostBytes;
}

test('readers of SSE that read nothing cost little memory, then catch up', {
  skip: skipMemory,
  timeout: 600_000,
}, async (t) => {
  const { program, port, httpPort } = await startStore(t, await embeddedStorage.prepare(t));
  const store = connect(`127.0.0.1:${port}`);
  t.after(() => store.close());
  const aloneBytes = await appendAll(store, 'other', program.pid);
  const answers = await Promise.all(Array.from({ length: SUBSCRIBERS }, () => subscribe(httpPort)));
  t.after(() => answers.forEach((answer) => answer.destroy()));
  const grownBytes = (await appendAll(store, 'happened', program.pid)) - aloneBytes;
  const [grown, unread] = [grownBytes, EVENTS * EVENT_BYTES * SUBSCRIBERS].map((bytes) =>
    (bytes / MEBIBYTE).toFixed(0),
  );
  t.diagnostic(`${SUBSCRIBERS} readers have ${unread} MiB to read: ${grown} MiB`);
  assert.ok(grownBytes < NOISE_MAX_BYTES + SUBSCRIBERS * SUBSCRIBER_MAX_BYTES, `${grown} MiB`);
  const inOrder = Array.from({ length: BATCH }, (_, index) => index + 1);
  for (const answer of answers.slice(0, CATCH_UP)) {
    const versions = await read(answer, EVENTS);
    assert.equal(versions.size, EVENTS / BATCH);
    for (const stream of versions.values()) assert.deepEqual(stream, inOrder);
  }
});
