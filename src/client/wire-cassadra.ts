import { EventStoreServiceService as METHODS } from '../gen/cassadra/v1/event_store.js';
import type { Applications } from './applications/applications.js';
import type { NewSecret } from './applications/new-secret.js';
import { WireApplications } from './applications/wire-applications.js';
import { appendOnce, encodeAppend, type Appended, type AppendOptions } from './append.js';
import type {
  Cassadra,
  ListedStream,
  ListedType,
  PolledPage,
  PollRequest,
  StreamFilter,
  StreamState,
} from './cassadra.js';
import type { Channel } from './channel.js';
import type { NewEvent, NewId } from './new-event.js';
import { OpenCalls } from './open-calls.js';
import { pagesOf } from './pages.js';
import {
  ResumedPipeline,
  type AppendPipeline,
  type PipelineOptions,
} from './pipeline/append-pipeline.js';
import { readStream, type ReadOptions } from './read-stream.js';
import { decodeRecordedEvent, type RecordedEvent } from './recorded-event.js';
import { requireText } from './require-text.js';
import type { Schedules } from './schedules/schedules.js';
import { WireSchedules } from './schedules/wire-schedules.js';
import { splitTypes, type SubscribeOptions } from './subscribe-options.js';
import { ResumedSubscription, type Subscription } from './subscription.js';
import type { Timers } from './timers/timers.js';
import { WireTimers } from './timers/wire-timers.js';
import { Tries, type CallLimits, type TriesParts } from './tries.js';
import { callUnary, type Wire } from './unary.js';

export interface WireCassadraParts extends Omit<TriesParts, 'openCalls'> {
  readonly channel: Channel;
  readonly newId: NewId;
  readonly newSecret: NewSecret;
}

/** The client on a channel. */
export class WireCassadra implements Cassadra {
  readonly timers: Timers;
  readonly schedules: Schedules;
  readonly applications: Applications;
  readonly #channel: Channel;
  readonly #parts: TriesParts;
  readonly #newId: NewId;
  readonly #wire: Wire;
  readonly #openCalls = new OpenCalls();

  constructor({ channel, newId, newSecret, ...parts }: WireCassadraParts) {
    this.#channel = channel;
    this.#newId = newId;
    this.#parts = { ...parts, openCalls: this.#openCalls };
    this.#wire = { channel, tries: new Tries(this.#parts) };
    const scheduling = { wire: this.#wire, time: parts.time, newId };
    this.timers = new WireTimers(scheduling);
    this.schedules = new WireSchedules(scheduling);
    this.applications = new WireApplications(this.#wire, newSecret);
  }

  async append(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options: AppendOptions = {},
  ): Promise<Appended> {
    return appendOnce(this.#wire, encodeAppend(stream, events, options, this.#newId), options);
  }

  appendMany(options: PipelineOptions = {}): AppendPipeline {
    return new ResumedPipeline(this.#channel, { ...this.#parts, newId: this.#newId }, options);
  }

  read(stream: string, options: ReadOptions = {}): AsyncIterable<RecordedEvent, void, undefined> {
    return readStream(this.#channel, this.#parts, stream, options);
  }

  async getStream(stream: string, limits: CallLimits = {}): Promise<StreamState> {
    requireText(stream, 'stream');
    const state = await callUnary(this.#wire, METHODS.getStream, { stream }, limits);
    const { firstSavetimeMs, lastSavetimeMs } = state;
    return {
      stream: state.stream,
      streamId: state.streamId,
      currentVersion: state.currentVersion,
      firstSavetimeMs: firstSavetimeMs === undefined ? undefined : Number(firstSavetimeMs),
      lastSavetimeMs: lastSavetimeMs === undefined ? undefined : Number(lastSavetimeMs),
    };
  }

  async poll({
    types,
    cursor = '',
    limit = 0,
    waitMs = 0,
    ...limits
  }: PollRequest): Promise<PolledPage> {
    const request = { ...splitTypes(types, 'types'), cursor, limit, waitMs };
    const page = await callUnary(this.#wire, METHODS.pollTypes, request, { ...limits, waitMs });
    return {
      events: page.events.map(decodeRecordedEvent),
      nextCursor: page.nextCursor,
      caughtUp: page.caughtUp,
    };
  }

  subscribe(options: SubscribeOptions): Subscription {
    return new ResumedSubscription(this.#channel, this.#parts, options);
  }

  async *listStreams({
    prefix = '',
    includeUnnamed = false,
    signal,
  }: StreamFilter = {}): AsyncGenerator<ListedStream, void, undefined> {
    requireText(prefix, 'prefix');
    const pages = pagesOf((page) =>
      callUnary(this.#wire, METHODS.listStreams, { prefix, includeUnnamed, ...page }, { signal }),
    );
    for await (const { streams } of pages) yield* streams;
  }

  async *listTypes(limits: CallLimits = {}): AsyncGenerator<ListedType, void, undefined> {
    const pages = pagesOf((page) => callUnary(this.#wire, METHODS.listTypes, page, limits));
    for await (const { types } of pages) {
      yield* types.map(({ name, code }) => ({ name: name === '' ? undefined : name, code }));
    }
  }

  async declareType(name: string, code: number, limits: CallLimits = {}): Promise<void> {
    requireText(name, 'name');
    await callUnary(this.#wire, METHODS.declareType, { name, code }, limits);
  }

  async close(): Promise<void> {
    this.#openCalls.close();
    this.#channel.close();
  }
}
