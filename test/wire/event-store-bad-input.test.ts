import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MethodDefinition } from '@grpc/grpc-js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { encodeSubscriptionCursor, requireUuid } from '../../src/core/index.js';
import { SubscribeRequest, type NewEvent } from '../../src/gen/cassadra/v1/event_store.js';
import {
  all,
  API,
  appendRequest,
  EventStoreCaller,
  failure,
  happened,
} from './event-store-caller.js';
import { hex } from './raw-caller.js';
import { serve, testComponents, type StoreUnderTest } from './store-under-test.js';

const INVALID_ARGUMENT = 3;
const UUID = '00000000-0000-7000-8000-000000000001';
const STREAM_CURSOR = encodeSubscriptionCursor({
  ...{ kind: 'stream', version: 1, stream: requireUuid(UUID) },
});

const backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
let store: StoreUnderTest;
let caller: EventStoreCaller;

before(async () => {
  store = await serve(() => backend);
  caller = new EventStoreCaller(store.address);
});

after(async () => {
  caller.close();
  await store.stop();
  await backend.close();
});

/** What is wrong, and the code and the field that the answer names. */
interface BadInput {
  readonly send: () => Promise<unknown>;
  readonly code: string;
  readonly field: string;
}

type Refusal = readonly [field: string, code?: string];

const LIMIT = 'LIMIT_EXCEEDED';
const CURSOR = 'CURSOR_INVALID';

const bad = (send: BadInput['send'], [field, code = 'INVALID_ARGUMENT']: Refusal): BadInput => ({
  send,
  field,
  code,
});

const appendOf = (
  change: Parameters<typeof appendRequest>[2] & { readonly of?: string },
  ...refusal: Refusal
): BadInput => {
  const { of: stream = 's', ...more } = change;
  return bad(() => caller.send(API.append, appendRequest(stream, [happened()], more)), refusal);
};

const eventOf = (change: Partial<NewEvent>, ...refusal: Refusal): BadInput =>
  bad(() => caller.append('s', happened(), happened('{}', change)), refusal);

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const json = (value: string): NewEvent['content'] => ({ $case: 'json', value });
const type = (value: string): NewEvent['typeRef'] => ({ $case: 'type', value });

const APPENDS: Readonly<Record<string, BadInput>> = {
  'no stream': appendOf({ of: '' }, 'stream'),
  'a long stream': appendOf({ of: `${'é'.repeat(256)}x` }, 'stream', LIMIT),
  'no events': appendOf({ events: [] }, 'events'),
  'too many events': appendOf({ events: Array<NewEvent>(1_001).fill(happened()) }, 'events', LIMIT),
  'a negative version': appendOf({ expectedVersion: -1 }, 'expected_version'),
  'a version at the end': appendOf({ expectedVersion: 2 ** 31 - 1 }, 'expected_version', LIMIT),
  'both expectations': appendOf({ expectedVersion: 1, expectedState: 1 }, 'expected_state'),
  'an unknown state': appendOf({ expectedState: Number('7') }, 'expected_state'),
  'an id that is none': eventOf({ eventId: 'x' }, 'events[1].event_id'),
  'an id for one of two': eventOf({ eventId: UUID }, 'event_id'),
  'no type': eventOf({ typeRef: undefined }, 'events[1].type_ref'),
  'an empty type': eventOf({ typeRef: type('') }, 'events[1].type'),
  'a long type': eventOf({ typeRef: type('é'.repeat(101)) }, 'events[1].type', LIMIT),
  'JSON that is none': eventOf({ content: json('{"a":') }, 'events[1].json'),
  'no JSON at all': eventOf({ content: json('') }, 'events[1].json'),
  'JSON too deep': eventOf({ content: json(nested(65)) }, 'events[1].json'),
  'long JSON': eventOf({ content: json(`"${'x'.repeat(1_048_575)}"`) }, 'events[1].json', LIMIT),
  'long data': eventOf(
    { content: { $case: 'data', value: Buffer.alloc(1_048_577) } },
    ...(['events[1].data', LIMIT] as const),
  ),
  'too much together': bad(
    () => caller.append('s', ...Array<NewEvent>(5).fill(happened(`"${'x'.repeat(1_000_000)}"`))),
    ['events', LIMIT],
  ),
  'a long media type': eventOf({ contentType: 'x'.repeat(201) }, 'events[1].content_type', LIMIT),
  'an empty key': eventOf({ metadata: { '': 'x' } }, 'events[1].metadata'),
  'long metadata': eventOf({ metadata: { a: 'x'.repeat(65_536) } }, 'events[1].metadata', LIMIT),
  'one id twice': bad(
    () => caller.append('s', happened('1', { eventId: UUID }), happened('2', { eventId: UUID })),
    ['events[1].event_id', 'DUPLICATE_EVENT_ID'],
  ),
  'no name to declare': bad(() => caller.send(API.declareType, { name: '', code: 1 }), ['name']),
  'no code to declare': bad(
    () => caller.send(API.declareType, { name: 'n', code: undefined }),
    ['code'],
  ),
};

const POLL = { types: ['a'], typeCodes: [], cursor: '', limit: 0, waitMs: 0 };
const poll = (change: Partial<typeof POLL>, ...refusal: Refusal): BadInput =>
  bad(() => caller.send(API.pollTypes, { ...POLL, ...change }), refusal);

const READ = { stream: 's', direction: 0, limit: 0 };
const read = (
  change: Partial<typeof READ> & { readonly fromVersion?: number },
  ...refusal: Refusal
): BadInput => bad(() => all(caller.stream(API.readStream, { ...READ, ...change })), refusal);

const subscribe = (request: Partial<SubscribeRequest>, ...refusal: Refusal): BadInput =>
  bad(() => all(caller.stream(API.subscribe, SubscribeRequest.fromPartial(request))), refusal);

const list = (
  change: { readonly prefix?: string; readonly pageSize?: number; readonly pageToken?: string },
  includeUnnamed: boolean,
  ...refusal: Refusal
): BadInput => {
  const request = { prefix: '', includeUnnamed, pageSize: 0, pageToken: '', ...change };
  return bad(() => caller.send(API.listStreams, request), refusal);
};

const filter = { types: [], typeCodes: [], streamPrefix: '', metadata: {} };
const manyPairs = Object.fromEntries(Array.from({ length: 21 }, (_, key) => [`k${key}`, '']));

const READS: Readonly<Record<string, BadInput>> = {
  'no stream to read': read({ stream: '' }, 'stream'),
  'an unknown direction': read({ direction: 3 }, 'direction'),
  'version 0': read({ fromVersion: 0 }, 'from_version'),
  'a negative limit': read({ limit: -1 }, 'limit'),
  'no stream to look at': bad(() => caller.send(API.getStream, { stream: '' }), ['stream']),
  'no types': poll({ types: [] }, 'types'),
  'an empty name': poll({ types: [''] }, 'types'),
  '101 types': poll({ types: Array.from({ length: 101 }, (_, n) => `t${n}`) }, 'types', LIMIT),
  'a cursor that is none': poll({ cursor: 'c1.x' }, 'cursor', CURSOR),
  'a cursor of a stream': poll({ cursor: STREAM_CURSOR }, 'cursor', CURSOR),
  'a negative page': poll({ limit: -1 }, 'limit'),
  'a large page': poll({ limit: 10_001 }, 'limit', LIMIT),
  'a negative wait': poll({ waitMs: -1 }, 'wait_ms'),
  'a long wait': poll({ waitMs: 30_001 }, 'wait_ms', LIMIT),
  'nothing to follow': subscribe({}, 'stream'),
  'two to follow': subscribe({ stream: 's', typeCodes: [1] }, 'stream'),
  'all and one': subscribe({ all: true, types: ['a'] }, 'stream'),
  'an unknown start': subscribe({ stream: 's', from: Number('3') }, 'from'),
  'a strange cursor': subscribe({ types: ['a'], cursor: 'x' }, 'cursor', CURSOR),
  'a cursor of another stream': subscribe({ stream: 's', cursor: STREAM_CURSOR }, '', CURSOR),
  'an empty key to filter by': subscribe(
    { stream: 's', filter: { ...filter, metadata: { '': '' } } },
    'filter.metadata',
  ),
  '21 pairs to filter by': subscribe(
    { stream: 's', filter: { ...filter, metadata: manyPairs } },
    ...(['filter.metadata', LIMIT] as const),
  ),
  'a prefix and all streams': list({ prefix: 'a' }, true, 'prefix'),
  'a long prefix': list({ prefix: 'x'.repeat(513) }, false, 'prefix', LIMIT),
  'a large list': list({ pageSize: 1_001 }, false, 'page_size', LIMIT),
  'a negative list': list({ pageSize: -1 }, true, 'page_size'),
  'a token that is none': list({ pageToken: 'x' }, false, 'page_token', CURSOR),
  'a token of no list of types': bad(
    () => caller.send(API.listTypes, { pageSize: 0, pageToken: 'x' }),
    ['page_token', CURSOR],
  ),
};

async function requireNothingStored(): Promise<void> {
  const everything = { prefix: '', includeUnnamed: true, pageSize: 0, pageToken: '' };
  assert.deepEqual((await caller.send(API.listStreams, everything)).streams, []);
  const types = await caller.send(API.listTypes, { pageSize: 0, pageToken: '' });
  assert.deepEqual(types.types, []);
}

for (const [name, { send, code, field }] of Object.entries({ ...APPENDS, ...READS })) {
  test(`${name}: ${code} for ${field}, and nothing is stored`, async () => {
    const { status, message, details } = await failure(send());
    assert.equal(status, INVALID_ARGUMENT, message);
    assert.ok(details.includes(code), details);
    if (field !== '') {
      assert.ok(message.includes(field), message);
      assert.ok(details.includes(field), details);
    }
    await requireNothingStored();
  });
}

/** The same call with bytes that a test wrote. */
function rawly<Request, Response>(
  method: MethodDefinition<Request, Response>,
  bytes: Buffer,
): Promise<Response> {
  const raw = { requestSerialize: () => bytes, requestDeserialize: () => null };
  return caller.send<null, Response>({ ...method, ...raw }, null);
}

test('bytes that are no message, texts that are no UTF-8 and a key that would be lost', async () => {
  for (const [bytes, problem] of [
    [hex('07'), /not a message/],
    [hex('0a02 c328'), /not valid UTF-8/],
    [hex('22 0f 3a 0d 0a 09 5f5f70726f746f5f5f 12 00'), /__proto__/],
  ] as const) {
    const { status, message } = await failure(rawly(API.append, bytes));
    assert.equal(status, INVALID_ARGUMENT);
    assert.match(message, problem);
  }
  await requireNothingStored();
});

test('1,000 events with 40 metadata each are few enough', async () => {
  const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, key) => [`k${key}`, 'v']));
  const events = Array<NewEvent>(1_000).fill(happened('1', { metadata }));
  assert.equal((await caller.append('many', ...events)).lastVersion, 1_000);
});
