import {
  AppError,
  encodeCursor,
  invalidField,
  type Limits,
  type RecordedEvent,
} from '../../core/index.js';
import type {
  AppendManyRequest,
  AppendManyResponse,
  PollTypesResponse,
  ReadStreamRequest,
  ReadStreamResponse,
  RecordedEvent as WireEvent,
  SubscribeRequest,
  SubscribeResponse,
} from '../../gen/cassadra/v1/event_store.js';
import type { Components } from '../../runtime/index.js';
import type { EventStore, TypesPoll } from '../../service/index.js';
import { appendMany } from './append-many.js';
import { chunksWithin, fittingEvents, RESPONSE_BYTES_MAX } from './event-bytes.js';
import { decodeAppend, decodeCode, decodeReadStream } from './event-store-decode.js';
import {
  encodeAppended,
  encodeEvent,
  encodeMessage,
  encodeState,
  typesOf,
} from './event-store-encode.js';
import { EVENT_STORE_CODECS, EVENT_STORE_NAME } from './event-store-methods.js';
import { listStreams, listTypes } from './event-store-pages.js';
import type { GrpcService } from './grpc-service.js';
import { bidiStream, serverStream, type StreamingMethod } from './streaming-method.js';
import { decodePoll, decodeSubscribe } from './subscription-decode.js';
import { unaryMethod, type CallContext, type UnaryMethod } from './unary-method.js';

/** Of a stream's events in one message. */
const CHUNK_BYTES_MAX = 256 * 1_024;

/** `cassadra.v1.EventStoreService` on the event store. */
export function eventStoreService(eventStore: EventStore, limits: Limits): GrpcService {
  const api = new EventStoreApi(eventStore, limits);
  return {
    name: EVENT_STORE_NAME,
    methods: () => api.methods(),
    waiting: ['PollTypes'],
    streams: (components) => api.streams(components),
  };
}

class EventStoreApi {
  readonly #eventStore: EventStore;
  readonly #limits: Limits;

  constructor(eventStore: EventStore, limits: Limits) {
    this.#eventStore = eventStore;
    this.#limits = limits;
  }

  methods(): Readonly<Record<string, UnaryMethod>> {
    const [eventStore, limits] = [this.#eventStore, this.#limits];
    const codecs = EVENT_STORE_CODECS;
    return {
      Append: unaryMethod(codecs.append, async (request, { signal, trace }) => {
        const command = decodeAppend(request, limits, trace);
        return encodeAppended(await eventStore.append(command, signal));
      }),
      GetStream: unaryMethod(codecs.getStream, async ({ stream }, { signal }) =>
        encodeState(await eventStore.streamState(stream, signal)),
      ),
      PollTypes: unaryMethod(codecs.pollTypes, (request, { signal }) =>
        this.#poll(decodePoll(request, limits), signal),
      ),
      ListStreams: unaryMethod(codecs.listStreams, (request, { signal }) =>
        listStreams(eventStore, limits, request, signal),
      ),
      ListTypes: unaryMethod(codecs.listTypes, (request, { signal }) =>
        listTypes(eventStore, limits, request, signal),
      ),
      DeclareType: unaryMethod(codecs.declareType, async (request, { signal }) => {
        if (request.name === '') throw invalidField('name', 'must not be empty');
        await eventStore.declareType(request.name, decodeCode(request), signal);
        return {};
      }),
    };
  }

  streams({ logger }: Components): Readonly<Record<string, StreamingMethod>> {
    const { appendMany: many, readStream, subscribe } = EVENT_STORE_CODECS;
    const parts = { eventStore: this.#eventStore, limits: this.#limits, logger };
    return {
      AppendMany: bidiStream<AppendManyRequest, AppendManyResponse>(many, (requests, context) =>
        appendMany({ ...parts, access: context, trace: context.trace }, requests, context.signal),
      ),
      ReadStream: serverStream(readStream, (request, context) => this.#read(request, context)),
      Subscribe: serverStream(subscribe, (request, context) => this.#subscribe(request, context)),
    };
  }

  async *#read(
    request: ReadStreamRequest,
    { signal }: CallContext,
  ): AsyncGenerator<ReadStreamResponse> {
    const read = decodeReadStream(request);
    for await (const chunk of this.#eventStore.readStream(read, signal)) {
      const events = await this.#encoded(chunk, signal);
      for (const part of chunksWithin(events, CHUNK_BYTES_MAX)) yield { events: part };
    }
  }

  async *#subscribe(
    request: SubscribeRequest,
    { signal }: CallContext,
  ): AsyncGenerator<SubscribeResponse> {
    const query = decodeSubscribe(request);
    for await (const message of this.#eventStore.subscribe(query, signal)) {
      const types = message.kind === 'events' ? typesOf(message.events) : [];
      const names = await this.#eventStore.typeNames(types, signal);
      yield* encodeMessage(message, names);
    }
  }

  /** A page that a response cannot hold is read once more, with as many events as fit. */
  async #poll(poll: TypesPoll, signal: AbortSignal): Promise<PollTypesResponse> {
    const page = await this.#patientPage(poll, signal);
    const events = await this.#encoded(page.events, signal);
    const fitting = fittingEvents(events, RESPONSE_BYTES_MAX);
    if (fitting < events.length) {
      return this.#poll({ ...poll, limit: fitting, waitMs: 0 }, signal);
    }
    return { events, nextCursor: encodeCursor(page.next), caughtUp: page.caughtUp };
  }

  /**
   * Looks, then waits. Nothing came while the caller's time ran out: that is an answer, since it
   * was true when it was looked at.
   */
  async #patientPage(poll: TypesPoll, signal: AbortSignal): ReturnType<EventStore['pollTypes']> {
    const page = await this.#eventStore.pollTypes({ ...poll, waitMs: 0 }, signal);
    if (page.events.length > 0 || poll.waitMs === 0) return page;
    try {
      return await this.#eventStore.pollTypes({ ...poll, after: page.next }, signal);
    } catch (error) {
      if (error instanceof AppError && error.code === 'DEADLINE_EXCEEDED') return page;
      throw error;
    }
  }

  async #encoded(events: readonly RecordedEvent[], signal: AbortSignal): Promise<WireEvent[]> {
    const names = await this.#eventStore.typeNames(typesOf(events), signal);
    return events.map((event) => encodeEvent(event, names));
  }
}
