import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { FindByIDRequest, FindResponse } from '../../src/gen/storegrpc/grpc-store.js';
import type { NewEvent, PollTypesRequest } from '../../src/gen/cassadra/v1/event_store.js';
import { API, EventStoreCaller, failure, happened } from './event-store-caller.js';
import { RawCaller } from './raw-caller.js';
import { serve, testComponents, type StoreUnderTest } from './store-under-test.js';

const ALREADY_EXISTS = 6;
const RESPONSE_BYTES_MAX = 4 * 1_048_576;

const backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
let store: StoreUnderTest;
let caller: EventStoreCaller;
let seed: RawCaller;

before(async () => {
  store = await serve(() => backend);
  caller = new EventStoreCaller(store.address);
  seed = new RawCaller(store.address);
});

after(async () => {
  caller.close();
  seed.close();
  await store.stop();
  await backend.close();
});

const poll = (
  more: Partial<PollTypesRequest>,
): Promise<{
  readonly events: readonly { readonly stream: string; readonly type: string }[];
  readonly nextCursor: string;
  readonly caughtUp: boolean;
}> =>
  caller.send(API.pollTypes, {
    types: [],
    typeCodes: [],
    cursor: '',
    limit: 0,
    waitMs: 0,
    ...more,
  });

const typed = (value: string, more: Partial<NewEvent> = {}): NewEvent =>
  happened('{}', { typeRef: { $case: 'type', value }, ...more });

test('lists streams by prefix, page by page, and all of them', async () => {
  const names = ['l/ä', 'l/b.c', 'l/b', 'l/☃', 'm'];
  const id = randomUUID();
  for (const name of [...names, id]) await caller.append(name, happened());
  const pages = async (prefix: string, includeUnnamed: boolean, pageSize: number) => {
    const streams: string[] = [];
    for (let pageToken = ''; ; ) {
      const request = { prefix, includeUnnamed, pageSize, pageToken };
      const page = await caller.send(API.listStreams, request);
      streams.push(...page.streams.map(({ stream }) => stream));
      pageToken = page.nextPageToken;
      if (pageToken === '') return streams;
    }
  };
  assert.deepEqual(await pages('l/', false, 1), ['l/b', 'l/b.c', 'l/ä', 'l/☃']);
  assert.deepEqual((await pages('', true, 2)).sort(), [...names, id].sort());
  const first = { prefix: 'l/', includeUnnamed: false, pageSize: 1, pageToken: '' };
  const { nextPageToken } = await caller.send(API.listStreams, first);
  const other = { ...first, prefix: 'm', pageToken: nextPageToken };
  assert.match((await failure(caller.send(API.listStreams, other))).details, /CURSOR_INVALID/);
});

test('declares types and lists them by code', async () => {
  await caller.send(API.declareType, { name: 'declared', code: -5 });
  await caller.send(API.declareType, { name: 'declared', code: -5 });
  const taken = await failure(caller.send(API.declareType, { name: 'declared', code: 6 }));
  assert.equal(taken.status, ALREADY_EXISTS);
  assert.match(taken.details, /TYPE_NAME_TAKEN/);
  await caller.send(API.declareType, { name: 'zero', code: 0 });
  const seen: unknown[] = [];
  for (let pageToken = ''; ; ) {
    const page = await caller.send(API.listTypes, { pageSize: 1, pageToken });
    seen.push(...page.types);
    pageToken = page.nextPageToken;
    if (pageToken === '') break;
  }
  assert.deepEqual(seen.slice(0, 2), [
    { name: 'declared', code: -5 },
    { name: 'zero', code: 0 },
  ]);
  await caller.append('declared', typed('declared'));
  assert.equal((await caller.read('declared'))[0]?.typeCode, -5);
});

test('polls several types page by page; a name that nobody has used has no events', async () => {
  for (let round = 0; round < 5; round += 1) {
    await caller.append(`p${round}`, typed('left'), typed('right'), typed('neither'));
  }
  const types = ['left', 'right', 'never'];
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await poll({ types, cursor, limit: 3 });
    seen.push(...page.events.map(({ type }) => type));
    cursor = page.nextCursor;
    if (page.caughtUp) break;
  }
  assert.deepEqual(seen, Array.from({ length: 5 }, () => ['left', 'right']).flat());
});

test('a poll waits for an event, and no longer than its caller', async () => {
  const { nextCursor: cursor } = await poll({ types: ['awaited'] });
  const waiting = poll({ types: ['awaited'], cursor, waitMs: 30_000 });
  await caller.append('w', typed('awaited'));
  assert.deepEqual(
    (await waiting).events.map(({ stream }) => stream),
    ['w'],
  );
  const request = { types: ['nothing'], typeCodes: [], cursor: '', limit: 0, waitMs: 30_000 };
  const page = await caller.send(API.pollTypes, request, { deadline: Date.now() + 2_000 });
  assert.deepEqual([page.events, page.caughtUp], [[], true], 'an answer, not DEADLINE_EXCEEDED');
});

test('a page of many small events of long names fits a client’s 4 MiB', async () => {
  const stream = 'n'.repeat(512);
  const type = 't'.repeat(200);
  for (let round = 0; round < 10; round += 1) {
    await caller.append(stream, ...Array<NewEvent>(1_000).fill(typed(type)));
  }
  let count = 0;
  for (let cursor = ''; ; ) {
    const page = await caller.send(API.pollTypes, {
      ...{ types: [type], typeCodes: [], cursor, limit: 10_000, waitMs: 0 },
    });
    assert.ok(API.pollTypes.responseSerialize(page).length < RESPONSE_BYTES_MAX);
    assert.ok(page.events.length > 3_000 || page.caughtUp);
    count += page.events.length;
    cursor = page.nextCursor;
    if (page.caughtUp) break;
  }
  assert.equal(count, 10_000);
});

test('strange names are streams of their own', async () => {
  const names = [
    'a/b',
    'a%2Fb',
    'a b',
    ' ',
    '.',
    'ä',
    'a\u0308',
    '☃'.repeat(170),
    '\u0000',
    'x'.repeat(512),
  ];
  for (const [index, name] of names.entries()) {
    await caller.append(name, happened(String(index)));
  }
  for (const [index, name] of names.entries()) {
    const events = await caller.read(name);
    assert.deepEqual(
      events.map(({ stream, content }) => [stream, content?.value]),
      [[name, String(index)]],
    );
  }
});

test('a UUID in any case is one stream, in both APIs', async () => {
  const id = randomUUID();
  await caller.append(id.toUpperCase(), happened('{"a":1}'));
  await caller.append(id, happened('{"a":2}'));
  const request = Buffer.from(FindByIDRequest.encode({ id: id.toUpperCase() }).finish());
  const answer = await seed.call('FindByID', request);
  const found = FindResponse.decode(Buffer.from(answer.response, 'hex'));
  assert.deepEqual(
    found.events.map(({ payload }) => payload),
    ['{"a":1}', '{"a":2}'],
  );
  const events = await caller.read(id);
  assert.deepEqual(
    events.map(({ stream, streamId }) => [stream, streamId]),
    [
      [id, id],
      [id, id],
    ],
  );
});
