import {
  StoreError,
  type Cassadra,
  type ListedStream,
  type RecordedEvent,
} from '../../../src/client/index.js';
import { readAhead } from '../transfer/read-ahead.js';
import type { Throttle } from './throttle.js';

const STREAMS_AHEAD = 16;
const PAGE_EVENTS = 1_000;

/** What of a store is looked at. */
export type VerifiedStore = Pick<Cassadra, 'listStreams' | 'read' | 'listTypes' | 'poll'>;

/** What is compared, and how fast it is read. */
export interface Sides {
  readonly store: VerifiedStore;
  /** Only events before it, ms since the epoch. */
  readonly untilMs: number;
  readonly throttle: Throttle;
}

export interface StreamSide {
  readonly onEvent: (event: RecordedEvent) => void;
  /** A stream with missing or doubled versions; it is not read further. */
  readonly onCorrupt: (stream: ListedStream, message: string) => void;
  /** Streams to be read; the others are only listed. */
  readonly wanted: (stream: ListedStream) => boolean;
  /** After each stream, read or not. */
  readonly onStream: () => void;
}

/** Every event of the streams, stream by stream. */
export async function walkStreamSide(sides: Sides, side: StreamSide): Promise<void> {
  const { store } = sides;
  const listed = wantedOf(store.listStreams({ includeUnnamed: true }), side);
  const opened = readAhead(listed, ({ stream }) => store.read(stream), STREAMS_AHEAD);
  for await (const { source, items } of opened) {
    await walkStream(sides, side, { source, items });
    side.onStream();
  }
}

async function* wantedOf(
  streams: AsyncIterable<ListedStream>,
  { wanted, onStream }: StreamSide,
): AsyncGenerator<ListedStream> {
  for await (const stream of streams) {
    if (wanted(stream)) yield stream;
    else onStream();
  }
}

async function walkStream(
  { untilMs, throttle }: Sides,
  { onEvent, onCorrupt }: StreamSide,
  stream: { readonly source: ListedStream; readonly items: AsyncIterable<RecordedEvent> },
): Promise<void> {
  try {
    for await (const event of stream.items) {
      await throttle.pass();
      if (event.savetimeMs < untilMs) onEvent(event);
    }
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'STREAM_CORRUPT') throw error;
    onCorrupt(stream.source, error.message);
  }
}

/** Every event of the feed, type by type. `types`: those that streams were seen to have, too. */
export async function walkFeedSide(
  { store, untilMs, throttle }: Sides,
  types: ReadonlySet<number>,
  onEvent: (event: RecordedEvent) => void,
): Promise<void> {
  const codes = new Set(types);
  for await (const { code } of store.listTypes()) codes.add(code);
  for (const code of codes) {
    for await (const event of typeFeed(store, code, untilMs)) {
      await throttle.pass();
      onEvent(event);
    }
  }
}

/** The feed is in the order of savetimes, so the first page that reaches the end is the last. */
async function* typeFeed(
  store: VerifiedStore,
  code: number,
  untilMs: number,
): AsyncGenerator<RecordedEvent> {
  let cursor: string | undefined;
  for (;;) {
    const place = cursor === undefined ? {} : { cursor };
    const page = await store.poll({ types: [code], limit: PAGE_EVENTS, ...place });
    for (const event of page.events) if (event.savetimeMs < untilMs) yield event;
    const last = page.events.at(-1);
    if (page.caughtUp || (last !== undefined && last.savetimeMs >= untilMs)) return;
    cursor = page.nextCursor;
  }
}
