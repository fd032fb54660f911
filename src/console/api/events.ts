import { pathOf, type HttpClient } from './http-client.js';
import type { JsonFields } from './json-fields.js';
import { allOf, pageOf, type Page } from './page.js';

/** Bytes are in base64 as they came. */
export type EventContent =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'bytes'; readonly base64: string };

export interface RecordedEvent {
  readonly stream: string;
  readonly streamId: string;
  readonly version: number;
  readonly savetimeMs: number;
  readonly eventId: string;
  /** Empty when it has no name: then the code names it. */
  readonly type: string;
  readonly typeCode: number;
  readonly content: EventContent;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StreamState {
  readonly stream: string;
  readonly streamId: string;
  /** 0: there is none. */
  readonly currentVersion: number;
  readonly firstSavetimeMs: number | undefined;
  readonly lastSavetimeMs: number | undefined;
}

export interface ListedStream {
  readonly stream: string;
  readonly streamId: string;
}

export interface EventType {
  readonly name: string;
  readonly code: number;
}

export type Expectation =
  | { readonly kind: 'exact'; readonly version: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'no-stream' }
  | { readonly kind: 'stream-exists' };

export interface AppendOrder {
  readonly stream: string;
  readonly expectation: Expectation;
  readonly type: string;
  readonly json: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Made once for each form that is sent, so that sending it again does not write it again. */
  readonly eventId: string;
}

export interface Appended {
  readonly lastVersion: number;
  readonly duplicate: boolean;
}

export type SubscriptionMessage =
  | { readonly kind: 'events'; readonly events: readonly RecordedEvent[]; readonly cursor: string }
  | { readonly kind: 'caught-up'; readonly cursor: string }
  | { readonly kind: 'checkpoint'; readonly cursor: string };

/** What a subscription takes. */
export const SUBSCRIBED_TYPES_MAX = 100;

export interface SubscriptionQuery {
  /** Up to `SUBSCRIBED_TYPES_MAX`. Empty: all events, where the storage orders all. */
  readonly types: readonly EventType[];
  /** Empty: as `from` says. */
  readonly cursor: string;
  readonly from: 'start' | 'now';
  /** Only events whose metadata has these. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const EXPECTED_STATES = {
  any: 'EXPECTED_STATE_ANY',
  'no-stream': 'EXPECTED_STATE_NO_STREAM',
  'stream-exists': 'EXPECTED_STATE_STREAM_EXISTS',
} as const;

/** The event store, by the HTTP API. All throw ApiError. */
export class EventsApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  async streamState(stream: string, signal?: AbortSignal): Promise<StreamState> {
    const fields = await this.#http.get(pathOf`/v1/streams/${stream}`, { signal });
    return {
      stream: fields.text('stream'),
      streamId: fields.text('streamId'),
      currentVersion: fields.number('currentVersion'),
      firstSavetimeMs: fields.optionalNumber('firstSavetimeMs'),
      lastSavetimeMs: fields.optionalNumber('lastSavetimeMs'),
    };
  }

  /** Up to `limit` events from a version on, upwards. */
  async readStream(
    stream: string,
    range: { readonly fromVersion: number; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<RecordedEvent[]> {
    const path = pathOf`/v1/streams/${stream}/events`;
    const events: RecordedEvent[] = [];
    for await (const message of this.#http.stream(path, { query: { ...range }, signal })) {
      events.push(...message.list('events', recordedEvent));
    }
    return events;
  }

  async listStreams(
    query: { readonly prefix: string; readonly pageToken: string },
    signal?: AbortSignal,
  ): Promise<Page<ListedStream>> {
    const fields = await this.#http.get('/v1/streams', {
      query: { ...query, pageSize: 100 },
      signal,
    });
    return pageOf(fields, 'streams', (it) => ({
      stream: it.text('stream'),
      streamId: it.text('streamId'),
    }));
  }

  /** All of them, by code. */
  listTypes(signal?: AbortSignal): Promise<EventType[]> {
    return allOf(async (pageToken) => {
      const query = { pageSize: 1_000, pageToken };
      const fields = await this.#http.get('/v1/types', { query, signal });
      return pageOf(fields, 'types', (it) => ({ name: it.text('name'), code: it.number('code') }));
    });
  }

  async append({ stream, expectation, ...event }: AppendOrder): Promise<Appended> {
    const expected =
      expectation.kind === 'exact'
        ? { expectedVersion: expectation.version }
        : { expectedState: EXPECTED_STATES[expectation.kind] };
    const body = { ...expected, events: [event] };
    const fields = await this.#http.send('POST', pathOf`/v1/streams/${stream}/events`, body);
    return { lastVersion: fields.number('lastVersion'), duplicate: fields.flag('duplicate') };
  }

  /** Follows events until the signal is aborted, or the server ends it: go on at the cursor. */
  async *subscribe(
    { types, cursor, from, metadata }: SubscriptionQuery,
    signal: AbortSignal,
  ): AsyncGenerator<SubscriptionMessage, void> {
    const body = {
      ...(types.length === 0 ? { all: true } : typesBody(types)),
      ...(cursor === '' ? { from: `SUBSCRIBE_FROM_${from.toUpperCase()}` } : { cursor }),
      ...(metadata === undefined ? {} : { filter: { metadata } }),
    };
    for await (const fields of this.#http.stream('/v1/events:subscribe', { signal }, body)) {
      yield subscriptionMessage(fields);
    }
  }
}

function typesBody(types: readonly EventType[]): object {
  return {
    types: types.filter(({ name }) => name !== '').map(({ name }) => name),
    typeCodes: types.filter(({ name }) => name === '').map(({ code }) => code),
  };
}

/** What a type is called where it has no name. */
export function typeText({ type, typeCode }: Pick<RecordedEvent, 'type' | 'typeCode'>): string {
  return type === '' ? `#${String(typeCode)}` : type;
}

function subscriptionMessage(fields: JsonFields): SubscriptionMessage {
  const cursor = fields.text('cursor');
  const batch = fields.optionalObject('events');
  if (batch !== undefined) {
    return { kind: 'events', events: batch.list('events', recordedEvent), cursor };
  }
  return { kind: fields.has('caughtUp') ? 'caught-up' : 'checkpoint', cursor };
}

function recordedEvent(fields: JsonFields): RecordedEvent {
  return {
    stream: fields.text('stream'),
    streamId: fields.text('streamId'),
    version: fields.number('version'),
    savetimeMs: fields.number('savetimeMs'),
    eventId: fields.text('eventId'),
    type: fields.text('type'),
    typeCode: fields.number('typeCode'),
    content: fields.has('json')
      ? { kind: 'json', text: fields.text('json') }
      : { kind: 'bytes', base64: fields.text('data') },
    contentType: fields.text('contentType'),
    metadata: fields.object('metadata').entries(),
  };
}
