import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANY_VERSION,
  AppError,
  DEFAULT_LIMITS,
  exactVersion,
  FEED_START,
  parseTypeCode,
  parseUuid,
  type RecordedEvent,
} from '../core/index.js';
import { FakeTime, silentOutput, systemIds, systemRandom } from '../runtime/index.js';
import type { AppendRequest, BackendHealth, StreamQuery } from '../storage/index.js';
import { createEventStore } from './create-event-store.js';
import type { EventStorage } from './open-storage.js';
import type { AppendCommand, EventDraft } from './requests.js';

const NEVER = new AbortController().signal;
const ONE = parseTypeCode(1) ?? assert.fail();

/** A backend that notes what it is asked and says yes. */
class NotingBackend implements EventStorage {
  readonly name = 'memory';
  readonly capabilities = { feed: 'ordered', durable: false } as const;
  readonly requests: AppendRequest[] = [];
  readonly queries: StreamQuery[] = [];
  readonly calls: string[] = [];
  state: BackendHealth = { kind: 'ready' };

  readonly eventLog = {
    append: (request: AppendRequest) => {
      this.requests.push(request);
      const written = { firstVersion: 1, lastVersion: 1, savetimeMs: 5 };
      return Promise.resolve(
        request.appends.map(() => ({ kind: 'appended', ...written }) as const),
      );
    },
    readStream: (query: StreamQuery): AsyncIterable<readonly RecordedEvent[]> => {
      this.queries.push(query);
      return hang();
    },
    currentVersion: () => Promise.resolve(3),
    readByType: () => Promise.resolve({ events: [], next: FEED_START, caughtUp: true }),
    readAll: () => Promise.resolve({ events: [], next: FEED_START, caughtUp: true }),
    feedEnd: () => Promise.resolve(FEED_START),
  };

  readonly streams = {
    listStreams: () => Promise.resolve([]),
    walkStreams: () => Promise.resolve({ streams: [], next: undefined }),
  };

  readonly eventTypes = {
    codeOf: (name: string) => {
      this.calls.push(`codeOf ${name}`);
      return Promise.resolve(parseTypeCode(1_000_000_000 + name.length) ?? assert.fail());
    },
    findCode: () => Promise.resolve(undefined),
    namesOf: () => Promise.resolve(new Map()),
    declare: (name: string) =>
      Promise.resolve({ kind: name === 'taken' ? 'taken' : 'declared' } as const),
    reserve: (codes: readonly number[]) => {
      this.calls.push(`reserve ${codes.join(' ')}`);
      return Promise.resolve();
    },
    listTypes: () => Promise.resolve([]),
  };

  health(): BackendHealth {
    return this.state;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function* hang(): AsyncGenerator<readonly RecordedEvent[]> {
  yield [];
  await new Promise(() => undefined);
}

function setUp() {
  const backend = new NotingBackend();
  const opened: { backend: EventStorage | undefined } = { backend };
  const time = new FakeTime();
  const store = createEventStore({
    backend: () => opened.backend,
    limits: DEFAULT_LIMITS,
    queueLimits: { streamAppendsMax: 10, processAppendsMax: 10, processBytesMax: 1_000_000 },
    components: {
      clock: time,
      timers: time,
      random: systemRandom,
      ids: systemIds,
      ...silentOutput,
    },
  });
  return { backend, opened, store };
}

function draft(change: Partial<EventDraft> = {}): EventDraft {
  return { type: ONE, content: { kind: 'text', text: '{}' }, ...change };
}

function command(change: Partial<AppendCommand> = {}): AppendCommand {
  return { stream: 'patient-1', expected: ANY_VERSION, events: [draft()], ...change };
}

function rejects(work: Promise<unknown>, code: string, message = /./): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

test('an append without ids gets fresh ones; a name becomes a stream id', async () => {
  const { backend, store } = setUp();
  const result = await store.append(command(), NEVER);
  assert.deepEqual(result, { firstVersion: 1, lastVersion: 1, savetimeMs: 5, duplicate: false });
  const request = backend.requests[0] ?? assert.fail();
  assert.equal(request.stream.name, 'patient-1');
  assert.equal(request.appends[0]?.freshIds, true);
  assert.ok(parseUuid(request.appends[0]?.events[0]?.eventId ?? '') !== undefined);
});

test('a UUID in upper case is the same stream, without a name', async () => {
  const { backend, store } = setUp();
  const stream = 'FADE87A1-9DF9-46BB-AAE6-63B2B763094D';
  await store.append(command({ stream }), NEVER);
  assert.deepEqual(backend.requests[0]?.stream, { id: stream.toLowerCase(), name: undefined });
});

test('given ids are kept, for all events of an append or for none', async () => {
  const { backend, store } = setUp();
  const eventId = parseUuid('00000000-0000-4000-8000-000000000001') ?? assert.fail();
  await store.append(command({ events: [draft({ eventId })] }), NEVER);
  assert.equal(backend.requests[0]?.appends[0]?.freshIds, false);
  assert.equal(backend.requests[0]?.appends[0]?.events[0]?.eventId, eventId);
  const mixed = command({ events: [draft({ eventId }), draft()] });
  await rejects(store.append(mixed, NEVER), 'INVALID_ARGUMENT', /event_id/);
});

test('types are made known once, before they are used', async () => {
  const { backend, store } = setUp();
  const events = [draft(), draft({ type: 'Admitted' }), draft({ type: 'Admitted' })];
  await store.append(command({ events }), NEVER);
  await store.append(command({ events }), NEVER);
  assert.deepEqual(backend.calls, ['reserve 1', 'codeOf Admitted']);
  const types = backend.requests[1]?.appends[0]?.events.map((event) => event.type);
  assert.deepEqual(types, [1, 1_000_000_008, 1_000_000_008]);
});

test('bad input is refused by name before anything is written', async () => {
  const { backend, store } = setUp();
  const cases: [Partial<AppendCommand>, string, RegExp][] = [
    [{ stream: '' }, 'INVALID_ARGUMENT', /^stream /],
    [{ stream: 'é'.repeat(257) }, 'LIMIT_EXCEEDED', /stream is 514 bytes.*512/],
    [{ events: [] }, 'INVALID_ARGUMENT', /^events /],
    [{ events: Array.from({ length: 1_001 }, () => draft()) }, 'LIMIT_EXCEEDED', /1001.*1000/],
    [{ expected: exactVersion(-1) }, 'INVALID_ARGUMENT', /^version /],
    [{ events: [draft({ type: '' })] }, 'INVALID_ARGUMENT', /events\[0\]\.type/],
    [
      { events: [draft({ type: 'x'.repeat(201) })] },
      'LIMIT_EXCEEDED',
      /events\[0\]\.type is 201 bytes/,
    ],
    [{ events: [draft({ metadata: 'x'.repeat(65_537) })] }, 'LIMIT_EXCEEDED', /metadata/],
  ];
  for (const [change, code, message] of cases) {
    await rejects(store.append(command(change), NEVER), code, message);
  }
  assert.deepEqual([backend.requests.length, backend.calls.length], [0, 0]);
});

test('before the storage is ready every use case says NOT_READY', async () => {
  const { backend, opened, store } = setUp();
  const type = {
    types: [ONE],
    after: FEED_START,
    limit: 1,
    bytesMax: 1,
    boundary: 'event',
  } as const;
  const uses = (): Promise<unknown>[] => [
    store.append(command(), NEVER),
    store.currentVersion('s', NEVER),
    store.readByType(type, NEVER),
    store.listStreams({ prefix: '', after: '', limit: 1 }, NEVER),
    store.listTypes({ after: undefined, limit: 1 }, NEVER),
    store.declareType('a', ONE, NEVER),
  ];
  backend.state = { kind: 'not-ready', reason: 'no quorum' };
  for (const use of uses()) await rejects(use, 'NOT_READY', /no quorum/);
  opened.backend = undefined;
  assert.equal(store.health().kind, 'not-ready');
  for (const use of uses()) await rejects(use, 'NOT_READY');
});

test('a page has at least one event and at most the limit', async () => {
  const { store } = setUp();
  const query = { prefix: '', after: '' };
  await rejects(store.listStreams({ ...query, limit: 0 }, NEVER), 'INVALID_ARGUMENT');
  await rejects(store.listStreams({ ...query, limit: 10_001 }, NEVER), 'LIMIT_EXCEEDED');
});

test('a read ends with its caller, also while the storage hangs', async () => {
  const { store } = setUp();
  const call = new AbortController();
  const chunks = store.readStream({ stream: 's' }, call.signal)[Symbol.asyncIterator]();
  await chunks.next();
  const next = chunks.next();
  call.abort();
  await rejects(next, 'CANCELLED');
});

test('a name or code that is bound otherwise is TYPE_NAME_TAKEN', async () => {
  const { store } = setUp();
  await store.declareType('free', ONE, NEVER);
  await rejects(store.declareType('taken', ONE, NEVER), 'TYPE_NAME_TAKEN');
});
