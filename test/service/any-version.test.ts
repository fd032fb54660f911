import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { ANY_VERSION, DEFAULT_LIMITS, parseTypeCode } from '../../src/core/index.js';
import { createEventStore, type EventStore } from '../../src/service/index.js';
import { LOCAL_BACKENDS, testComponents } from '../wire/store-under-test.js';

const WRITERS = 64;
const APPENDS = 20;

async function writeAll(store: EventStore, stream: string): Promise<Map<number, string>> {
  const type = parseTypeCode(1) ?? assert.fail();
  const answered = new Map<number, string>();
  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; turn < APPENDS; turn += 1) {
      const text = `${writer}/${turn}`;
      const events = [{ type, content: { kind: 'text', text } as const }];
      const { signal } = new AbortController();
      const result = await store.append({ stream, expected: ANY_VERSION, events }, signal);
      assert.equal(answered.get(result.lastVersion), undefined);
      answered.set(result.lastVersion, text);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  return answered;
}

for (const [name, open] of Object.entries(LOCAL_BACKENDS)) {
  test(`64 writers with any version on ${name}: none missing, none doubled`, async () => {
    const opened = await open();
    const { backend } = opened;
    let requests = 0;
    const { eventLog } = backend;
    const counted = {
      ...backend,
      eventLog: {
        append: (request: Parameters<typeof eventLog.append>[0]) => {
          requests += 1;
          return eventLog.append(request);
        },
        readStream: (query: Parameters<typeof eventLog.readStream>[0]) =>
          eventLog.readStream(query),
        currentVersion: (stream: Parameters<typeof eventLog.currentVersion>[0]) =>
          eventLog.currentVersion(stream),
        readByType: (query: Parameters<typeof eventLog.readByType>[0]) =>
          eventLog.readByType(query),
        readAll: (query: Parameters<typeof eventLog.readAll>[0]) => eventLog.readAll(query),
        feedEnd: () => eventLog.feedEnd(),
      },
    };
    const store = createEventStore({
      backend: () => counted,
      limits: DEFAULT_LIMITS,
      queueLimits: { streamAppendsMax: 64, processAppendsMax: 64, processBytesMax: 1_000_000 },
      components: testComponents(),
    });
    const stream = randomUUID();
    const answered = await writeAll(store, stream);
    const total = WRITERS * APPENDS;
    assert.equal(answered.size, total);
    assert.ok(requests < total / 4, `${requests} writes for ${total} appends: they are merged`);
    let version = 0;
    for await (const chunk of store.readStream({ stream }, new AbortController().signal)) {
      for (const event of chunk) {
        version += 1;
        assert.equal(event.version, version);
        assert.equal(event.content.kind === 'text' && event.content.text, answered.get(version));
      }
    }
    assert.equal(version, total);
    await opened.remove();
  });
}
