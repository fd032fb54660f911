import type { Cassadra } from '../cassadra.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { SubscribeOptions } from '../subscribe-options.js';

/** Events up to a place to go on from. */
export interface Batch {
  readonly events: readonly RecordedEvent[];
  readonly cursor: string;
}

/** Gives what comes after a cursor, until the signal ends it. */
export type BatchSource = (
  cursor: string | undefined,
  signal: AbortSignal,
) => AsyncIterable<Batch, void, undefined>;

/** What a consumer follows. */
export type ConsumedSource = Pick<SubscribeOptions, 'stream' | 'types' | 'all' | 'filter' | 'from'>;

/** By subscription. */
export function subscribed(
  store: Pick<Cassadra, 'subscribe'>,
  source: ConsumedSource,
  onDisconnect: (error: Error, retryInMs: number) => void,
): BatchSource {
  return async function* (cursor, signal) {
    let events: RecordedEvent[] = [];
    const options = { ...source, cursor, signal, onDisconnect };
    for await (const item of store.subscribe(options)) {
      if (item.kind === 'event') events.push(item.event);
      if (item.cursor === undefined) continue;
      yield { events, cursor: item.cursor };
      events = [];
    }
  };
}

export interface PolledSource {
  /** Names and codes of types, 1 to 100. */
  readonly types: readonly (string | number)[];
  /** Events asked for at once (100). */
  readonly batchSize: number;
  /** How long the server waits when there is nothing new, up to 30,000 (10,000). */
  readonly waitMs: number;
}

/** By one poll after the other. */
export function polled(
  store: Pick<Cassadra, 'poll'>,
  { types, batchSize: limit, waitMs }: PolledSource,
): BatchSource {
  return async function* (start, signal) {
    let cursor = start;
    while (!signal.aborted) {
      const page = await store.poll({ types, cursor, limit, waitMs, signal });
      cursor = page.nextCursor;
      yield { events: page.events, cursor };
    }
  };
}
