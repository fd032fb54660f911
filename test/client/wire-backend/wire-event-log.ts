import type { Appended, Cassadra, Expected } from '../../../src/client/index.js';
import {
  eventBytes,
  namedVersion,
  type ExpectedVersion,
  type FeedCursor,
  type RecordedEvent,
  type StreamAppend,
  type StreamRef,
  type Uuid,
} from '../../../src/core/index.js';
import type {
  AllQuery,
  AppendOutcome,
  AppendRequest,
  EventLog,
  FeedPage,
  StreamQuery,
  TypeQuery,
} from '../../../src/storage/index.js';
import { toClientEvent, toPortEvent } from './event-codec.js';
import type { Link } from './link.js';
import { asPort, failedOutcome, portError } from './wire-errors.js';
import { AllEvents, cursorOf, textOf, WireFeed } from './wire-feed.js';

/** A type that nobody uses. */
const NOTHING = 'wire backend: nothing';

/** The event log, by the calls of the client. */
export class WireEventLog implements EventLog {
  readonly #link: Link;
  readonly #all = new AllEvents();

  constructor(link: Link) {
    this.#link = link;
  }

  /** One by itself, several by the pipeline, so that they are sent together. */
  append({ stream, appends, signal }: AppendRequest): Promise<readonly AppendOutcome[]> {
    const { client, pipeline } = this.#link;
    const appender = appends.length === 1 ? client : pipeline;
    return Promise.all(appends.map((append) => appendBy(appender, stream, append, signal)));
  }

  async *readStream(query: StreamQuery): AsyncIterable<readonly RecordedEvent[]> {
    const { stream, direction, fromVersion: from, limit } = query;
    const parts = { ...(from !== undefined && { from }), ...(limit !== undefined && { limit }) };
    try {
      const events = this.#link.client.read(stream, { direction, ...parts });
      for await (const event of events) yield [toPortEvent(event)];
    } catch (error) {
      throw portError(error);
    }
  }

  currentVersion(stream: Uuid): Promise<number> {
    return asPort(async () => (await this.#link.client.getStream(stream)).currentVersion);
  }

  /** What is too large is asked for again with fewer events, as the API has no limit of bytes. */
  async readByType(query: TypeQuery): Promise<FeedPage> {
    const { types, after, limit, bytesMax } = query;
    requireEvents(query);
    const cursor = textOf(after);
    const page = await asPort(() => this.#link.client.poll({ types, limit, cursor }));
    const events = page.events.map(toPortEvent);
    const fitting = countWithin(events, bytesMax);
    if (fitting < events.length) return this.readByType({ ...query, limit: fitting });
    return { events, next: cursorOf(page.nextCursor), caughtUp: page.caughtUp };
  }

  /** As much as one message of a subscription holds, whatever the limit. */
  async readAll(query: AllQuery): Promise<FeedPage> {
    requireEvents(query);
    const page = await asPort(() => this.#all.read(this.#link.client, query.after));
    if (page.events.length <= query.limit) return page;
    throw new TypeError('the API has no pages of all events');
  }

  feedEnd(): Promise<FeedCursor> {
    return asPort(async () => {
      const subscription = this.#link.client.subscribe({ types: [NOTHING], from: 'now' });
      const feed = new WireFeed(subscription);
      const { next } = await feed.nextPage();
      await feed.end();
      return next;
    });
  }
}

async function appendBy(
  appender: Pick<Cassadra, 'append'>,
  stream: StreamRef,
  { expected, events }: StreamAppend,
  signal: AbortSignal,
): Promise<AppendOutcome> {
  const options = { expected: expectedOf(expected), signal };
  try {
    const place = stream.name ?? stream.id;
    return outcomeOf(await appender.append(place, events.map(toClientEvent), options));
  } catch (error) {
    return failedOutcome(error, signal);
  }
}

function outcomeOf({ duplicate, ...written }: Appended): AppendOutcome {
  return { kind: duplicate ? 'duplicate' : 'appended', ...written };
}

function expectedOf(expected: ExpectedVersion): Expected {
  return expected.kind === 'exact' ? (namedVersion(expected) ?? 0) : expected.kind;
}

function requireEvents({ boundary }: AllQuery): void {
  if (boundary !== 'event') throw new TypeError('the API has no pages of whole milliseconds');
}

/** How many events from the first on fit, at least one. */
function countWithin(events: readonly RecordedEvent[], bytesMax: number): number {
  let bytes = 0;
  const over = events.findIndex((event, index) => {
    bytes += eventBytes(event);
    return index > 0 && bytes > bytesMax;
  });
  return over === -1 ? events.length : over;
}
