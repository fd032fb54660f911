import type { TimedEvent, TimedEventKey } from '../../../core/index.js';
import type { DueEntry } from '../../../storage/index.js';
import { LruMap } from '../lru-map.js';

/** With the bound of each, 20 MiB and what objects cost besides. */
const ENTRIES_MAX = 5_000;
/** Of payload and target, which has headers or metadata. */
const BYTES_MAX = 4_096;
/** What is due later is read again then: others may have changed it, and memory is for the rest. */
const AHEAD_MAX_MS = 60_000;

const nameOf = ({ application, eventId }: TimedEventKey): string => `${application}\n${eventId}`;

/** PENDING entries as this process wrote them last: their first claim needs no read before it. */
export class RecentEntries {
  readonly #entries = new LruMap<string, TimedEvent>(ENTRIES_MAX);

  /** What was written. */
  keep(event: TimedEvent, nowMs: number): void {
    const { key, state } = event;
    const isSoon = state.status === 'PENDING' && state.nextMs - nowMs <= AHEAD_MAX_MS;
    if (isSoon && isSmall(event)) this.#entries.set(nameOf(key), event);
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

/** The log of attempts has answers of receivers in it. */
function isSmall({ plan, attempts }: TimedEvent): boolean {
  if (attempts.length > 0 || plan.payload.length > BYTES_MAX) return false;
  return plan.payload.length + JSON.stringify(plan.target).length <= BYTES_MAX;
}
