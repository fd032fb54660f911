import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { requireUuid } from '../../src/core/index.js';
import { ExpectedState } from '../../src/gen/cassadra/v1/expected_state.js';
import { ReadDirection, type ReadStreamResponse } from '../../src/gen/cassadra/v1/event_store.js';
import {
  all,
  API,
  appendRequest,
  EventStoreCaller,
  failure,
  happened,
} from './event-store-caller.js';
import { LOCAL_BACKENDS, serve, type StoreUnderTest } from './store-under-test.js';

const ALREADY_EXISTS = 6;
const ABORTED = 10;

for (const [name, open] of Object.entries(LOCAL_BACKENDS)) {
  describe(`cassadra.v1.EventStoreService on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: StoreUnderTest;
    let caller: EventStoreCaller;

    before(async () => {
      opened = await open();
      store = await serve(() => opened.backend);
      caller = new EventStoreCaller(store.address);
    });

    after(async () => {
      caller.close();
      await store.stop();
      await opened.remove();
    });

    test('what is appended comes back whole', async () => {
      const eventId = '0190A0DE-0000-7000-8000-00000000000F';
      const metadata = { correlationId: 'c', causationId: '', 'grüße ☃': '\u0000"\\' };
      const code = { $case: 'typeCode', value: -7 } as const;
      const data = { $case: 'data', value: Buffer.of(0, 255, 10) } as const;
      const other = randomUUID();
      const answer = await caller.append(
        'orders/1',
        happened('{"n": 1}', { eventId, metadata }),
        happened('', { eventId: other, typeRef: code, content: data, contentType: 'image/png' }),
      );
      assert.deepEqual([answer.firstVersion, answer.lastVersion, answer.duplicate], [1, 2, false]);
      const [first, second, ...rest] = await caller.read('orders/1');
      const { savetimeMs } = answer;
      const types = await caller.send(API.listTypes, { pageSize: 0, pageToken: '' });
      const typeCode = types.types.find((type) => type.name === 'happened')?.code;
      const streamId = first?.streamId;
      assert.deepEqual(first, {
        ...{ stream: 'orders/1', streamId, version: 1, savetimeMs: first?.savetimeMs },
        ...{ eventId: eventId.toLowerCase(), type: 'happened', typeCode, metadata },
        content: { $case: 'json', value: '{"n": 1}' },
        contentType: 'application/json',
      });
      assert.deepEqual(second, {
        ...{ stream: 'orders/1', streamId, version: 2, savetimeMs, eventId: other, type: '' },
        ...{ typeCode: -7, content: data, contentType: 'image/png', metadata: {} },
      });
      assert.deepEqual(rest, []);
      assert.deepEqual(await caller.send(API.getStream, { stream: 'orders/1' }), {
        ...{ stream: 'orders/1', streamId, currentVersion: 2 },
        ...{ firstSavetimeMs: first.savetimeMs, lastSavetimeMs: savetimeMs },
      });
    });

    test('JSON and bytes are kept byte for byte, and known types of content are not said', async () => {
      const texts = [
        '{"id":18446744073709551615, "b" :1.10,"b":2}',
        ' [1e400,\t"\\u00e9é"]\n',
        '0',
      ];
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const json = texts.map((text) => happened(text, { contentType: 'application/json' }));
      const octets = { $case: 'data', value: bytes } as const;
      await caller.append(
        'bytes',
        ...json,
        happened('', { content: octets, contentType: 'application/octet-stream' }),
        happened('', { content: undefined }),
      );
      const events = await caller.read('bytes');
      const contents = events.map(({ content }) => content?.value);
      assert.deepEqual(contents, [...texts, bytes, Buffer.alloc(0)]);
      const { eventLog } = opened.backend;
      const id = events[0]?.streamId ?? assert.fail();
      const query = { stream: requireUuid(id), direction: 'forward' } as const;
      const chunks = eventLog.readStream({ ...query, fromVersion: undefined, limit: undefined });
      const stored = (await all(chunks)).flat().map((event) => event.contentType);
      assert.deepEqual(stored, Array(5).fill(undefined));
    });

    test('reads both ways, from a version, so many', async () => {
      const events = Array.from({ length: 10 }, (_, index) => happened(String(index + 1)));
      await caller.append('ten', ...events);
      const versions = async (more: {
        readonly direction?: ReadDirection;
        readonly fromVersion?: number;
        readonly limit?: number;
      }): Promise<readonly number[]> => {
        const request = { stream: 'ten', direction: 0, limit: 0, ...more };
        const chunks = await all<ReadStreamResponse>(caller.stream(API.readStream, request));
        return chunks.flatMap((chunk) => chunk.events).map((event) => event.version);
      };
      const direction = ReadDirection.READ_DIRECTION_BACKWARD;
      assert.deepEqual(await versions({ fromVersion: 8 }), [8, 9, 10]);
      assert.deepEqual(await versions({ fromVersion: 8, limit: 2 }), [8, 9]);
      assert.deepEqual(await versions({ direction, limit: 3 }), [10, 9, 8]);
      assert.deepEqual(await versions({ direction, fromVersion: 2 }), [2, 1]);
      assert.deepEqual(await versions({ fromVersion: 11 }), []);
    });

    test('a long stream comes in messages of 256 KiB', async () => {
      const json = JSON.stringify('x'.repeat(99_000));
      const big = JSON.stringify('x'.repeat(600_000));
      await caller.append(
        'long',
        ...Array<string>(9)
          .fill(json)
          .map((text) => happened(text)),
      );
      await caller.append('long', happened(big), happened(json));
      const request = { stream: 'long', direction: 0, limit: 0 };
      const chunks = await all<ReadStreamResponse>(caller.stream(API.readStream, request));
      const counts = chunks.map((chunk) => chunk.events.length);
      assert.ok(Math.max(...counts) === 2, String(counts));
      const alone = chunks.find(({ events }) => events.some((event) => event.version === 10));
      assert.equal(alone?.events.length, 1);
    });

    test('duplicates and conflicts', async () => {
      const ids = [randomUUID(), randomUUID()];
      const events = ids.map((eventId) => happened('{"a":1}', { eventId, metadata: { b: '2' } }));
      const request = appendRequest('once', events, { expectedVersion: 0 });
      const first = await caller.send(API.append, request);
      const again = await caller.send(API.append, request);
      assert.deepEqual(again, { ...first, duplicate: true });
      const late = appendRequest('once', [happened()], { expectedVersion: 1 });
      const conflict = await failure(caller.send(API.append, late));
      assert.equal(conflict.status, ABORTED);
      assert.match(conflict.details, /VERSION_CONFLICT[^]*current_version..2/);
      const reused = events.map((event) => ({ ...event, metadata: {} }));
      const changed = await failure(caller.append('once', ...reused));
      assert.equal(changed.status, ALREADY_EXISTS);
      assert.match(changed.details, /EVENT_ID_REUSED/);
    });

    test('expected states', async () => {
      const append = (expectedState: ExpectedState): Promise<{ lastVersion: number }> =>
        caller.send(API.append, appendRequest('states', [happened()], { expectedState }));
      const { EXPECTED_STATE_STREAM_EXISTS: exists } = ExpectedState;
      assert.equal((await failure(append(exists))).status, ABORTED);
      const { EXPECTED_STATE_NO_STREAM: none } = ExpectedState;
      assert.equal((await append(none)).lastVersion, 1);
      assert.equal((await failure(append(none))).status, ABORTED);
      assert.equal((await append(exists)).lastVersion, 2);
      assert.equal((await append(ExpectedState.EXPECTED_STATE_ANY)).lastVersion, 3);
    });

    test('a stream that does not exist is at version 0 and has no events', async () => {
      const id = randomUUID();
      assert.deepEqual(await caller.send(API.getStream, { stream: id.toUpperCase() }), {
        ...{ stream: id, streamId: id, currentVersion: 0 },
        ...{ firstSavetimeMs: undefined, lastSavetimeMs: undefined },
      });
      assert.deepEqual(await caller.read(id), []);
    });
  });
}
