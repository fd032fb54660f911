import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { StoregrpcClient, StoreError } from '../../src/client/index.js';
import { parseTypeCode, parseUuid, requireUuid } from '../../src/core/index.js';
import type { Backend } from '../../src/storage/index.js';
import { LOCAL_BACKENDS, serve, type StoreUnderTest } from './store-under-test.js';

const MIB = 1_048_576;

for (const [name, open] of Object.entries(LOCAL_BACKENDS)) {
  describe(`pages on ${name}`, () => {
    let backend: Backend;
    let store: StoreUnderTest;
    let client: StoregrpcClient;
    let closeAll: () => Promise<void>;

    before(async () => {
      const opened = await open();
      backend = opened.backend;
      store = await serve(() => backend);
      client = new StoregrpcClient({ host: '127.0.0.1', port: store.port, timeoutMs: 20_000 });
      closeAll = async () => {
        client.close();
        await store.stop();
        await opened.remove();
      };
    });

    after(() => closeAll());

    const append = (id: string, version: number, type: number, payloads: string[]): Promise<void> =>
      client.update({ id, version, events: payloads.map((payload) => ({ type, payload })) });

    /** Everything of a type, page by page, as an old client would read it. */
    const readAll = async (type: number, batchSize: number): Promise<string[]> => {
      const payloads: string[] = [];
      for (let sinceMs = 0; ; ) {
        const page = await client.findByType({ type, sinceMs, batchSize });
        if (page.events.length === 0) return payloads;
        assert.equal(page.latestMs, page.events.at(-1)?.savetimeMs);
        payloads.push(...page.events.map((event) => event.payload));
        sinceMs = page.latestMs;
      }
    };

    test('a page never ends inside a millisecond, whatever its size', async () => {
      const id = randomUUID();
      const payloads = Array.from({ length: 1_000 }, (_, index) => `${index}`);
      await append(id, 0, 71, payloads);
      for (const batchSize of [1, 100, 10_000]) {
        assert.deepEqual(await readAll(71, batchSize), payloads, `batchSize ${batchSize}`);
      }
    });

    test('a stream over 3 MiB is refused by id, naming ReadStream, and read by type', async () => {
      const id = randomUUID();
      const large = 'x'.repeat(MIB - 100);
      for (const version of [0, 1]) await append(id, version, 72, [large]);
      assert.equal((await client.findById(id)).events.length, 2);
      for (const version of [2, 3]) await append(id, version, 72, [large]);
      await assert.rejects(client.findById(id), (error) => {
        assert.ok(error instanceof StoreError);
        assert.equal(error.reason, 'RESPONSE_TOO_LARGE');
        assert.match(error.message, /ReadStream/);
        return true;
      });
      assert.equal((await readAll(72, 10_000)).length, 4);
    });

    test('bytes come as base64, in pages that fit a client', async () => {
      const type = parseTypeCode(73) ?? assert.fail();
      const stream = { id: requireUuid(randomUUID()), name: undefined };
      const bytes = new Uint8Array(MIB - 10).fill(255);
      const total = 5;
      for (let version = 0; version < total; version += 1) {
        const eventId = parseUuid(randomUUID()) ?? assert.fail();
        const content = { kind: 'bytes', bytes } as const;
        const event = { eventId, type, content, contentType: undefined, metadata: undefined };
        const request = { expected: { kind: 'any' }, events: [event], freshIds: true } as const;
        const { signal } = new AbortController();
        const [outcome] = await backend.eventLog.append({ stream, appends: [request], signal });
        assert.equal(outcome?.kind, 'appended');
      }
      const payloads = await readAll(73, 10_000);
      assert.equal(payloads.length, total);
      assert.equal(payloads[0], Buffer.from(bytes).toString('base64'));
    });

    test('a repeated Update with the same append id does not write twice', async () => {
      const id = randomUUID();
      const events = [{ type: 74, payload: 'a' }];
      const call = { id, version: 0, events, appendId: randomUUID() };
      await client.update(call);
      await client.update(call);
      await client.update({ ...call, version: 1, appendId: randomUUID().toUpperCase() });
      await client.update(call);
      assert.equal((await client.findById(id)).events.length, 2);
      const other = { ...call, events: [{ type: 74, payload: 'b' }] };
      await assert.rejects(client.update(other), { reason: 'EVENT_ID_REUSED' });
    });
  });
}
