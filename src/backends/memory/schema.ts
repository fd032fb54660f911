import {
  SavetimeAllocator,
  type RecordedEvent,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import { closedError } from './errors.js';

/** An event and its place among all events, counted from 1. */
export interface FeedEntry {
  readonly position: number;
  readonly event: RecordedEvent;
}

/** Everything there is. */
export class MemoryTables {
  /** All events, in the order in which they were written. */
  readonly feed: FeedEntry[] = [];
  /** The same events again, by stream and version. */
  readonly streams = new Map<Uuid, readonly RecordedEvent[]>();
  readonly names = new Map<string, Uuid>();
  /** Code → name, if it has one. */
  readonly types = new Map<TypeCode, string | undefined>();
  readonly savetimes = new SavetimeAllocator();
  /** Every event to come gets a savetime above it. */
  closedSavetimeMs = 0;
  closed = false;

  get lastSavetimeMs(): number {
    return this.feed.at(-1)?.event.savetimeMs ?? 0;
  }

  /** The events of a stream, by version; those that are added later do not appear in it. */
  eventsOf(stream: Uuid): readonly RecordedEvent[] {
    return this.streams.get(stream) ?? [];
  }

  /** Adds events at the end of their stream and of the feed. */
  add(stream: Uuid, events: readonly RecordedEvent[]): void {
    this.streams.set(stream, [...this.eventsOf(stream), ...events]);
    for (const event of events) this.feed.push({ position: this.feed.length + 1, event });
  }

  /** Throws UNAVAILABLE after close(). */
  requireOpen(): void {
    if (this.closed) throw closedError();
  }
}

/** Names sort by their UTF-8 bytes, which is not how strings compare. */
export function compareNames(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
