import {
  AppError,
  eventBytes,
  endOf,
  untilEndOfEach,
  type RecordedEvent,
  type SubscriptionCursor,
  type Uuid,
} from '../core/index.js';
import type { AppendNotice } from './append-notices.js';
import type { OpenStorage } from './open-storage.js';

/** Streams that wait to be read back; of more the events come by the feed. */
const STREAMS_MAX = 1_000;
/** What is remembered as sent; beyond it events come by the feed. */
const SENT_MAX = 10_000;
/** How much is read back of a stream, few events first; of more the events come by the feed. */
const BACK_READS = [16, 128, 856];
const BACK_EVENTS_MAX = 1_000;
const BACK_BYTES_MAX = 262_144;

type Wanted = (events: readonly RecordedEvent[]) => Promise<readonly RecordedEvent[]>;
type Part = Pick<RecordedEvent, 'stream' | 'version'>;

/**
 * Events of this process's own appends before the feed has got there. A stream is read back from
 * its last version to what the feed has delivered, so that nothing between is missed; what was sent
 * is left out when the feed brings it. Whatever cannot be sent is left to the feed.
 */
export class EagerReader {
  readonly #storage: OpenStorage;
  readonly #wanted: Wanted;
  readonly #hints = new Map<Uuid, number>();
  readonly #sent = new Map<string, RecordedEvent>();
  #tellHinted: () => void = () => undefined;

  /** `wanted`: the events that the subscription wants. It may look names up. */
  constructor(storage: OpenStorage, wanted: Wanted) {
    this.#storage = storage;
    this.#wanted = wanted;
  }

  note({ stream, lastVersion }: AppendNotice): void {
    if (lastVersion === undefined) return;
    const known = this.#hints.get(stream);
    if (known === undefined && this.#hints.size >= STREAMS_MAX) return;
    this.#hints.set(stream, Math.max(known ?? 0, lastVersion));
    this.#tellHinted();
  }

  /** Until there is something to read back. */
  hinted(): Promise<void> {
    if (this.#hints.size > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#tellHinted = resolve;
    });
  }

  /** Forgets hints: the feed is not at its end, and brings what they told of. */
  drop(): void {
    this.#hints.clear();
  }

  /** What there is to send, stream by stream, while the feed stands at `cursor`. */
  async *take(
    cursor: SubscriptionCursor,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RecordedEvent[]> {
    const hints = [...this.#hints];
    this.#hints.clear();
    for (const [stream, version] of hints) {
      const events = await this.#send(stream, version, { cursor, signal });
      if (events.length > 0) yield events;
    }
  }

  /** Whether an event that the feed brings was sent before; asked once for each. */
  wasSent(event: RecordedEvent): boolean {
    return this.#sent.size > 0 && this.#sent.delete(keyOf(event));
  }

  async #send(stream: Uuid, version: number, place: Place): Promise<readonly RecordedEvent[]> {
    try {
      const behind = await this.#readBack(stream, version, place);
      const events = await this.#wanted(behind.reverse());
      if (!this.#hasRoom(events.length, place.cursor)) return [];
      for (const event of events) this.#sent.set(keyOf(event), event);
      return events;
    } catch (error) {
      if (place.signal.aborted) throw endOf(place.signal);
      if (error instanceof AppError) return [];
      throw error;
    }
  }

  /** Down to what was delivered; empty when that is not to be found within the limits. */
  async #readBack(stream: Uuid, version: number, place: Place): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for await (const event of this.#downwards(stream, version, place.signal)) {
      const delivered = this.#wasSentOrDelivered(event, place.cursor);
      if (delivered === 'yes') return events;
      bytes += eventBytes(event);
      const tooMuch = events.length > 0 && bytes > BACK_BYTES_MAX;
      if (delivered === 'unclear' || tooMuch) return [];
      events.push(event);
    }
    return events.length < BACK_EVENTS_MAX ? events : [];
  }

  async *#downwards(
    stream: Uuid,
    version: number,
    signal: AbortSignal,
  ): AsyncGenerator<RecordedEvent> {
    let fromVersion = version;
    for (const limit of BACK_READS) {
      const query = { stream, direction: 'backward', fromVersion, limit } as const;
      const chunks = this.#storage.ready().eventLog.readStream(query);
      for await (const chunk of untilEndOfEach(chunks, signal)) {
        yield* chunk;
        fromVersion -= chunk.length;
      }
      if (fromVersion > version - limit || fromVersion < 1) return;
    }
  }

  #wasSentOrDelivered(event: RecordedEvent, cursor: SubscriptionCursor): Answer {
    return this.#sent.has(keyOf(event)) ? 'yes' : wasDelivered(event, cursor);
  }

  #hasRoom(count: number, cursor: SubscriptionCursor): boolean {
    if (this.#sent.size + count <= SENT_MAX) return true;
    for (const [key, event] of this.#sent) {
      if (wasDelivered(event, cursor) === 'yes') this.#sent.delete(key);
    }
    return this.#sent.size + count <= SENT_MAX;
  }
}

interface Place {
  readonly cursor: SubscriptionCursor;
  readonly signal: AbortSignal;
}

type Answer = 'yes' | 'no' | 'unclear';

function keyOf({ stream, version }: Part): string {
  return `${stream} ${version}`;
}

/** Whether the feed has brought it. Cursors do not tell it of all that share a millisecond. */
function wasDelivered(event: RecordedEvent, cursor: SubscriptionCursor): Answer {
  if (cursor.kind === 'start') return 'no';
  if (cursor.kind === 'stream') return 'unclear';
  if (event.savetimeMs !== cursor.savetimeMs) {
    return event.savetimeMs < cursor.savetimeMs ? 'yes' : 'no';
  }
  if (cursor.kind === 'savetime') return 'yes';
  if (cursor.kind === 'position') return 'unclear';
  if (event.version !== cursor.version) return event.version < cursor.version ? 'yes' : 'no';
  return event.stream === cursor.id ? 'yes' : 'unclear';
}
