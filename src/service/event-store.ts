import {
  AppError,
  invalidField,
  parseUuid,
  requireUuid,
  requireWithin,
  STREAM_NAMESPACE,
  streamRef,
  textBytes,
  untilEnd,
  untilEndOfEach,
  type Limits,
  type RecordedEvent,
  type StreamAppend,
  type StreamRef,
  type TypeCode,
} from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type {
  AppendOutcome,
  AppendRequest,
  Backend,
  BackendHealth,
  DirectoryQuery,
  EventType,
  FeedPage,
  NamedStream,
} from '../storage/index.js';
import { AppendQueue, type QueueLimits } from './append-queue.js';
import { buildAppend, typeNames, withTypeCodes } from './build-append.js';
import type { AppendCommand, AppendResult, StreamRead, TypeRead } from './requests.js';
import { declareType, TypeRegistry, validateTypeName } from './type-registry.js';

/** What of a backend events need. */
export type EventStorage = Omit<Backend, 'timedEvents'>;

export interface EventStoreParts {
  /** Undefined until the storage is open. */
  readonly backend: () => EventStorage | undefined;
  readonly limits: Limits;
  readonly queueLimits: QueueLimits;
  readonly components: Components;
}

/**
 * The use cases of the event store. Every method throws `AppError`: NOT_READY while the storage
 * cannot serve, INVALID_ARGUMENT and LIMIT_EXCEEDED before anything is written, and what the
 * catalogue says. `signal` ends the caller's waiting; abort it with `deadlineReached()` or
 * `callCancelled()`.
 */
export interface EventStore {
  /** VERSION_CONFLICT: true, with the current version. OUTCOME_UNKNOWN: retry with the same ids. */
  append(command: AppendCommand, signal: AbortSignal): Promise<AppendResult>;
  /** Chunks of events; an unknown stream gives none. */
  readStream(query: StreamRead, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;
  /** Version of the last event; 0 = no stream. */
  currentVersion(stream: string, signal: AbortSignal): Promise<number>;
  readByType(query: TypeRead, signal: AbortSignal): Promise<FeedPage>;
  listStreams(query: DirectoryQuery, signal: AbortSignal): Promise<readonly NamedStream[]>;
  listTypes(
    page: { readonly after: TypeCode | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly EventType[]>;
  declareType(name: string, code: TypeCode, signal: AbortSignal): Promise<void>;
  health(): BackendHealth;
  /** Takes no more appends, answers those it has; after `graceMs` the rest is unknown. */
  drain(graceMs: number): Promise<void>;
}

/** Works on whatever backend is open at the moment of a call. */
export function createEventStore(parts: EventStoreParts): EventStore {
  return new QueuedEventStore(parts);
}

class QueuedEventStore implements EventStore {
  readonly #parts: EventStoreParts;
  readonly #queue: AppendQueue;
  readonly #types = new TypeRegistry();

  constructor(parts: EventStoreParts) {
    this.#parts = parts;
    const { limits, queueLimits, components } = parts;
    this.#queue = new AppendQueue({
      append: (request) => this.#send(request),
      limits,
      queueLimits,
      timers: components.timers,
      logger: components.logger,
    });
  }

  async append(command: AppendCommand, signal: AbortSignal): Promise<AppendResult> {
    const { limits, components } = this.#parts;
    const stream = this.#streamRef(command.stream);
    const names = typeNames(command, limits);
    const built = buildAppend(command, limits, components.ids);
    const append = await this.#withTypes(built, command, names, signal);
    return resultOf(await this.#queue.append(stream, append, signal));
  }

  async *readStream(
    query: StreamRead,
    signal: AbortSignal,
  ): AsyncIterable<readonly RecordedEvent[]> {
    const { stream, direction = 'forward', fromVersion, limit } = query;
    const { id } = this.#streamRef(stream);
    const chunks = this.#ready().eventLog.readStream({ stream: id, direction, fromVersion, limit });
    yield* untilEndOfEach(chunks, signal);
  }

  async currentVersion(stream: string, signal: AbortSignal): Promise<number> {
    const { id } = this.#streamRef(stream);
    return untilEnd(this.#ready().eventLog.currentVersion(id), signal);
  }

  async readByType(query: TypeRead, signal: AbortSignal): Promise<FeedPage> {
    this.#requirePage(query.limit);
    return untilEnd(this.#ready().eventLog.readByType(query), signal);
  }

  async listStreams(query: DirectoryQuery, signal: AbortSignal): Promise<readonly NamedStream[]> {
    this.#requirePage(query.limit);
    return untilEnd(this.#ready().streams.listStreams(query), signal);
  }

  async listTypes(
    page: { readonly after: TypeCode | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly EventType[]> {
    this.#requirePage(page.limit);
    return untilEnd(this.#ready().eventTypes.listTypes(page.after, page.limit), signal);
  }

  async declareType(name: string, code: TypeCode, signal: AbortSignal): Promise<void> {
    validateTypeName('name', name, this.#parts.limits);
    await untilEnd(declareType(name, code, this.#ready().eventTypes), signal);
  }

  health(): BackendHealth {
    const backend = this.#parts.backend();
    return backend?.health() ?? { kind: 'not-ready', reason: 'the storage is not open yet' };
  }

  drain(graceMs: number): Promise<void> {
    return this.#queue.drain(graceMs);
  }

  async #send(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    const backend = this.#parts.backend();
    if (backend !== undefined) return backend.eventLog.append(request);
    const error = notReady('the storage is closed');
    return request.appends.map(() => ({ kind: 'unavailable', error }));
  }

  #ready(): EventStorage {
    const health = this.health();
    const backend = this.#parts.backend();
    if (backend !== undefined && health.kind === 'ready') return backend;
    throw notReady(health.kind === 'ready' ? 'no storage' : health.reason);
  }

  /** Types are known to the storage before an event uses them. */
  async #withTypes(
    append: StreamAppend,
    command: AppendCommand,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<StreamAppend> {
    const { eventTypes } = this.#ready();
    const codes = command.events.flatMap(({ type }) => (typeof type === 'string' ? [] : [type]));
    const unseen = this.#types.unseen(codes);
    if (unseen.length > 0) await untilEnd(this.#types.reserve(unseen, eventTypes), signal);
    if (names.length === 0) return append;
    const found = await untilEnd(this.#types.codesOf(names, eventTypes), signal);
    return withTypeCodes(append, command, found);
  }

  #streamRef(stream: string): StreamRef {
    if (stream === '') throw invalidField('stream', 'must not be empty');
    if (parseUuid(stream) === undefined) {
      requireWithin('stream', textBytes(stream), this.#parts.limits.streamNameBytesMax, 'bytes');
    }
    const { ids } = this.#parts.components;
    return streamRef(stream, (name) => requireUuid(ids.nameId(name, STREAM_NAMESPACE)));
  }

  #requirePage(limit: number): void {
    if (!Number.isInteger(limit) || limit < 1) throw invalidField('limit', 'must be at least 1');
    requireWithin('limit', limit, this.#parts.limits.pageEventsMax);
  }
}

function notReady(reason: string): AppError {
  return new AppError('NOT_READY', `the server is not ready: ${reason}`);
}

function resultOf(outcome: AppendOutcome): AppendResult {
  switch (outcome.kind) {
    case 'appended':
    case 'duplicate': {
      const { firstVersion, lastVersion, savetimeMs } = outcome;
      return { firstVersion, lastVersion, savetimeMs, duplicate: outcome.kind === 'duplicate' };
    }
    case 'conflict':
      throw new AppError('VERSION_CONFLICT', 'optimistic locking failed', {
        current_version: String(outcome.currentVersion),
      });
    case 'unknown':
      throw new AppError(
        'OUTCOME_UNKNOWN',
        'the events may have been written: retry with the same event ids',
      );
    case 'unavailable':
    case 'invalid':
      throw outcome.error;
  }
}
