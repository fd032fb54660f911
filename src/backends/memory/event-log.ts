import {
  ContiguityCheck,
  FEED_START,
  type AppError,
  type FeedCursor,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { Clock } from '../../runtime/index.js';
import type {
  AllQuery,
  AppendOutcome,
  AppendRequest,
  EventLog,
  FeedPage,
  StreamQuery,
  TypeQuery,
} from '../../storage/index.js';
import { appendAll } from './append.js';
import { closedError, endedError } from './errors.js';
import { readPage, requireOwnCursor } from './read-feed.js';
import type { MemoryTables } from './schema.js';
import type { MemorySettings } from './settings.js';

const CHUNK_EVENTS = 100;

export class MemoryEventLog implements EventLog {
  readonly #tables: MemoryTables;
  readonly #settings: MemorySettings;
  readonly #clock: Clock;

  constructor(tables: MemoryTables, settings: MemorySettings, clock: Clock) {
    this.#tables = tables;
    this.#settings = settings;
    this.#clock = clock;
  }

  async append(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    const unavailable = (error: AppError): AppendOutcome[] =>
      request.appends.map(() => ({ kind: 'unavailable', error }));
    if (this.#tables.closed) return unavailable(closedError());
    if (request.signal.aborted) return unavailable(endedError());
    return appendAll(this.#tables, request, this.#settings.writeLimits, this.#clock.nowMs());
  }

  /** The stream as it was when the reading began. */
  async *readStream(query: StreamQuery): AsyncGenerator<readonly RecordedEvent[]> {
    this.#tables.requireOpen();
    const events = select(this.#tables.eventsOf(query.stream), query);
    const first = events[0];
    if (first === undefined) return;
    const check = new ContiguityCheck(query.stream, first.version, query.direction);
    for (let index = 0; index < events.length; index += CHUNK_EVENTS) {
      this.#tables.requireOpen();
      const chunk = events.slice(index, index + CHUNK_EVENTS);
      for (const { version } of chunk) check.see(version);
      yield chunk;
    }
  }

  async currentVersion(stream: Uuid): Promise<number> {
    this.#tables.requireOpen();
    return this.#tables.eventsOf(stream).length;
  }

  async readByType(query: TypeQuery): Promise<FeedPage> {
    this.#tables.requireOpen();
    requireOwnCursor(query.after);
    return readPage(this.#tables, query, ({ type }) => query.types.includes(type));
  }

  async readAll(query: AllQuery): Promise<FeedPage> {
    this.#tables.requireOpen();
    requireOwnCursor(query.after);
    return readPage(this.#tables, query, () => true);
  }

  async feedEnd(): Promise<FeedCursor> {
    this.#tables.requireOpen();
    const last = this.#tables.feed.at(-1);
    if (last === undefined) return FEED_START;
    const { savetimeMs } = last.event;
    return { kind: 'position', savetimeMs, position: last.position };
  }
}

function select(events: readonly RecordedEvent[], query: StreamQuery): readonly RecordedEvent[] {
  const from = query.fromVersion;
  const ordered =
    query.direction === 'forward'
      ? events.filter(({ version }) => version >= (from ?? 1))
      : events.filter(({ version }) => version <= (from ?? events.length)).reverse();
  return ordered.slice(0, query.limit);
}
