import {
  untilEnd,
  untilEndOfEach,
  type RecordedEvent,
  type StreamRef,
  type TypeCode,
} from '../core/index.js';
import type {
  BackendHealth,
  DirectoryQuery,
  EventType,
  FeedPage,
  NamedStream,
  StreamWalk,
  StreamWalkPage,
} from '../storage/index.js';
import { requireTypeName } from '../core/index.js';
import { AppendNotices } from './append-notices.js';
import { Appends } from './appends.js';
import type { EventStore, EventStoreParts } from './event-store.js';
import { namedStream } from './named-stream.js';
import { DEFAULT_SUBSCRIPTION_LIMITS } from './open-readers.js';
import { OpenStorage } from './open-storage.js';
import type { AppendCommand, AppendResult, StreamRead, TypeRead } from './requests.js';
import type {
  StreamState,
  SubscriptionMessage,
  SubscriptionQuery,
  TypesPoll,
} from './subscription.js';
import { requirePage } from './subscription-rules.js';
import { Subscriptions } from './subscriptions.js';
import { TypeNames } from './type-names.js';
import { requireDeclarable, TypeRegistry } from './type-registry.js';

/** Works on whatever backend is open at the moment of a call. */
export function createEventStore(parts: EventStoreParts): EventStore {
  return new QueuedEventStore(parts);
}

class QueuedEventStore implements EventStore {
  readonly #parts: EventStoreParts;
  readonly #storage: OpenStorage;
  readonly #names: TypeNames;
  readonly #types: TypeRegistry;
  readonly #appends: Appends;
  readonly #subscriptions: Subscriptions;

  constructor(parts: EventStoreParts) {
    this.#parts = parts;
    const { backend, limits, queueLimits, components } = parts;
    const subscriptionLimits = parts.subscriptionLimits ?? DEFAULT_SUBSCRIPTION_LIMITS;
    this.#storage = new OpenStorage(backend);
    this.#names = new TypeNames(components.clock);
    this.#types = new TypeRegistry(this.#names);
    const notices = new AppendNotices();
    const shared = { storage: this.#storage, types: this.#types, notices, limits, components };
    this.#appends = new Appends({ ...shared, queueLimits });
    this.#subscriptions = new Subscriptions({ ...shared, subscriptionLimits });
  }

  async append(command: AppendCommand, signal: AbortSignal): Promise<AppendResult> {
    const stream = this.#streamRef(command.stream);
    const submit = await this.#appends.prepare(stream, command, signal);
    return submit();
  }

  async prepareAppend(
    command: AppendCommand,
    signal: AbortSignal,
  ): Promise<() => Promise<AppendResult>> {
    return this.#appends.prepare(this.#streamRef(command.stream), command, signal);
  }

  async *readStream(
    query: StreamRead,
    signal: AbortSignal,
  ): AsyncIterable<readonly RecordedEvent[]> {
    const { stream, direction = 'forward', fromVersion, limit } = query;
    const { id } = this.#streamRef(stream);
    const { eventLog } = this.#storage.ready();
    const chunks = eventLog.readStream({ stream: id, direction, fromVersion, limit });
    yield* untilEndOfEach(chunks, signal);
  }

  async currentVersion(stream: string, signal: AbortSignal): Promise<number> {
    const { id } = this.#streamRef(stream);
    return untilEnd(this.#storage.ready().eventLog.currentVersion(id), signal);
  }

  async streamState(stream: string, signal: AbortSignal): Promise<StreamState> {
    const ref = this.#streamRef(stream);
    // the last first: an event that comes between the two reads does no harm
    const last = await this.#endOfStream(ref, 'backward', signal);
    const first = last && (await this.#endOfStream(ref, 'forward', signal));
    return {
      ...ref,
      currentVersion: last?.version ?? 0,
      firstSavetimeMs: first?.savetimeMs,
      lastSavetimeMs: last?.savetimeMs,
    };
  }

  async readByType(query: TypeRead, signal: AbortSignal): Promise<FeedPage> {
    requirePage(query.limit, this.#parts.limits);
    return untilEnd(this.#storage.ready().eventLog.readByType(query), signal);
  }

  pollTypes(query: TypesPoll, signal: AbortSignal): Promise<FeedPage> {
    return this.#subscriptions.poll(query, signal);
  }

  subscribe(query: SubscriptionQuery, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    return this.#subscriptions.subscribe(query, signal);
  }

  async walkStreams(walk: StreamWalk, signal: AbortSignal): Promise<StreamWalkPage> {
    requirePage(walk.limit, this.#parts.limits);
    return untilEnd(this.#storage.ready().streams.walkStreams(walk), signal);
  }

  async typeNames(
    codes: readonly TypeCode[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<TypeCode, string>> {
    if (this.#names.knows(codes)) return this.#names.known(codes);
    return untilEnd(this.#names.find(codes, this.#storage.ready().eventTypes), signal);
  }

  async listStreams(query: DirectoryQuery, signal: AbortSignal): Promise<readonly NamedStream[]> {
    requirePage(query.limit, this.#parts.limits);
    return untilEnd(this.#storage.ready().streams.listStreams(query), signal);
  }

  async listTypes(
    page: { readonly after: TypeCode | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly EventType[]> {
    requirePage(page.limit, this.#parts.limits);
    return untilEnd(this.#storage.ready().eventTypes.listTypes(page.after, page.limit), signal);
  }

  async declareType(name: string, code: TypeCode, signal: AbortSignal): Promise<void> {
    requireTypeName('name', name, this.#parts.limits);
    requireDeclarable(code);
    await untilEnd(this.#types.declare(name, code, this.#storage.ready().eventTypes), signal);
  }

  health(): BackendHealth {
    return this.#storage.health();
  }

  drain(graceMs: number): Promise<void> {
    this.#subscriptions.drain();
    return this.#appends.drain(graceMs);
  }

  #streamRef(stream: string): StreamRef {
    return namedStream(stream, this.#parts.limits, this.#parts.components.ids);
  }

  async #endOfStream(
    { id }: StreamRef,
    direction: 'forward' | 'backward',
    signal: AbortSignal,
  ): Promise<RecordedEvent | undefined> {
    const query = { stream: id, direction, fromVersion: undefined, limit: 1 } as const;
    const chunks = this.#storage.ready().eventLog.readStream(query);
    for await (const [event] of untilEndOfEach(chunks, signal)) return event;
    return undefined;
  }
}
