import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import {
  FEED_START,
  PageBuilder,
  eventBytes,
  type FeedCursor,
  type RecordedEvent,
} from '../../src/core/index.js';
import {
  seededRandom,
  silentOutput,
  systemIds,
  type Components,
  type FakeTime,
} from '../../src/runtime/index.js';
import type { EventStorage } from '../../src/service/index.js';
import type {
  AppendRequest,
  Backend,
  BackendHealth,
  Capabilities,
  EventLog,
  FeedPage,
  StreamQuery,
  TypeQuery,
} from '../../src/storage/index.js';

export function fakeComponents(time: FakeTime): Components {
  return {
    clock: time,
    timers: time,
    random: seededRandom(1),
    ids: systemIds,
    ...silentOutput,
  };
}

/**
 * A memory backend that counts what it is asked, and fails or hangs as a test says. With `markMs`
 * its feed is a view: only what was saved before the mark is read by type.
 */
export class WatchedStorage implements EventStorage {
  readonly name = 'memory';
  readonly calls: string[] = [];
  readonly streamQueries: StreamQuery[] = [];
  readonly streams: Backend['streams'];
  readonly eventTypes: Backend['eventTypes'];
  readonly eventLog: EventLog;
  /** Runs before each call of the port. */
  before: (call: string) => Promise<void> = () => Promise.resolve();
  markMs: number | undefined;
  state: BackendHealth = { kind: 'ready' };
  readonly #backend: Backend;

  constructor(time: FakeTime) {
    this.#backend = openMemory(DEFAULT_MEMORY_SETTINGS, fakeComponents(time));
    const { eventLog, eventTypes } = this.#backend;
    this.streams = this.#backend.streams;
    this.eventLog = {
      append: (request) => this.#append(request),
      readStream: (query) => this.#readStream(query),
      currentVersion: (stream) =>
        this.#ask('currentVersion', () => eventLog.currentVersion(stream)),
      readByType: (query) => this.#ask('readByType', () => this.#readByType(query)),
      readAll: (query) => this.#ask('readAll', () => eventLog.readAll(query)),
      feedEnd: () => this.#ask('feedEnd', () => this.#feedEnd()),
    };
    this.eventTypes = {
      codeOf: (name) => this.#ask('codeOf', () => eventTypes.codeOf(name)),
      findCode: (name) => this.#ask('findCode', () => eventTypes.findCode(name)),
      namesOf: (codes) => this.#ask('namesOf', () => eventTypes.namesOf(codes)),
      declare: (name, code) => eventTypes.declare(name, code),
      reserve: (codes) => this.#ask('reserve', () => eventTypes.reserve(codes)),
      listTypes: (after, limit) => eventTypes.listTypes(after, limit),
    };
  }

  get capabilities(): Capabilities {
    return { feed: this.markMs === undefined ? 'ordered' : 'view', durable: false };
  }

  health(): BackendHealth {
    return this.state;
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  /** How often the port was asked. */
  count(call: string): number {
    return this.calls.filter((other) => other === call).length;
  }

  async #append(request: AppendRequest): Promise<Awaited<ReturnType<EventLog['append']>>> {
    await this.before('append');
    return this.#backend.eventLog.append(request);
  }

  async #ask<Answer>(call: string, ask: () => Promise<Answer>): Promise<Answer> {
    this.calls.push(call);
    await this.before(call);
    return ask();
  }

  async *#readStream(query: StreamQuery): AsyncGenerator<readonly RecordedEvent[]> {
    this.calls.push('readStream');
    this.streamQueries.push(query);
    await this.before('readStream');
    yield* this.#backend.eventLog.readStream(query);
  }

  async #readByType(query: TypeQuery): Promise<FeedPage> {
    const { markMs } = this;
    if (markMs === undefined) return this.#backend.eventLog.readByType(query);
    const all = { after: FEED_START, limit: 1e9, bytesMax: 1e12, boundary: 'event' } as const;
    const { events } = await this.#backend.eventLog.readAll(all);
    const page = new PageBuilder<RecordedEvent>(query);
    const caughtUp = events
      .filter(({ type, savetimeMs }) => query.types.includes(type) && savetimeMs < markMs)
      .filter((event) => compare(cursorOf(event), query.after) > 0)
      .sort((left, right) => compare(cursorOf(left), cursorOf(right)))
      .every((event) => page.add(event, event.savetimeMs, eventBytes(event)));
    const last = page.items().at(-1);
    const next = last === undefined ? query.after : cursorOf(last);
    return { events: page.items(), next, caughtUp };
  }

  #feedEnd(): Promise<FeedCursor> {
    if (this.markMs === undefined) return this.#backend.eventLog.feedEnd();
    return Promise.resolve({ kind: 'savetime', savetimeMs: this.markMs - 1 });
  }
}

function cursorOf({ savetimeMs, version, stream }: RecordedEvent): FeedCursor {
  return { kind: 'view', savetimeMs, version, id: stream };
}

function compare(left: FeedCursor, right: FeedCursor): number {
  const [one, two] = [placeOf(left), placeOf(right)];
  const times = one.savetimeMs - two.savetimeMs;
  if (times !== 0) return times;
  return one.version === two.version ? one.id.localeCompare(two.id) : one.version - two.version;
}

function placeOf(cursor: FeedCursor): { savetimeMs: number; version: number; id: string } {
  if (cursor.kind === 'start') return { savetimeMs: -1, version: 0, id: '' };
  if (cursor.kind === 'view') return cursor;
  return { savetimeMs: cursor.savetimeMs, version: Infinity, id: '' };
}
