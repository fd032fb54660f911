import type { TimedEvent, TimedEventKey } from '../../../core/index.js';
import type { DueEntry } from '../../../storage/index.js';
import { LruMap } from '../lru-map.js';

const ENTRIES_MAX = 5_000;
/** With plan and log about twice that each. */
const PAYLOAD_BYTES_MAX = 4_096;
/** What is due later is read again then: others may have changed it, and memory is for the rest. */
const AHEAD_MAX_MS = 60_000;

const nameOf = ({ application, eventId }: TimedEventKey): string => `${application}\n${eventId}`;

/** PENDING entries as this process wrote them last: who is to claim one need not read it first. */
export class RecentEntries {
  readonly #entries = new LruMap<string, TimedEvent>(ENTRIES_MAX);

  /** What was written. */
  keep(event: TimedEvent, nowMs: number): void {
    const { key, plan, state } = event;
    const isSmall = plan.payload.length <= PAYLOAD_BYTES_MAX;
    const isSoon = state.status === 'PENDING' && state.nextMs - nowMs <= AHEAD_MAX_MS;
    if (isSmall && isSoon) this.#entries.set(nameOf(key), event);
    else this.#entries.delete(nameOf(key));
  }

  forget(key: TimedEventKey): void {
    this.#entries.delete(nameOf(key));
  }

  /** The entry as the notice says; undefined: not known to be so. */
  about({ key, generation, nextMs }: DueEntry): TimedEvent | undefined {
    const event = this.#entries.get(nameOf(key));
    if (event?.generation !== generation || event.state.status !== 'PENDING') return undefined;
    return event.state.nextMs === nextMs ? event : undefined;
  }
}
