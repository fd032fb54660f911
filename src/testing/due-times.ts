import { nextMsOf, type TimedEventKey } from '../core/index.js';
import type { TimedEvents } from '../storage/index.js';

/** Knows when each timed event has to be looked at, from the changes that pass. */
export class DueTimes {
  readonly #nextMs = new Map<string, number>();
  #changes = 0;

  /** How many changes there have been. */
  get changes(): number {
    return this.#changes;
  }

  /** The same port; its changes are noted. */
  watch(port: TimedEvents): TimedEvents {
    return {
      find: (key) => port.find(key),
      list: (query) => port.list(query),
      countPending: (application) => port.countPending(application),
      openQueue: (poller) => port.openQueue(poller),
      change: async (step, signal) => {
        const outcome = await port.change(step, signal);
        if (outcome.kind === 'changed') this.#note(step.to.key, nextMsOf(step.to));
        return outcome;
      },
    };
  }

  /** Whether one is due, or under way. */
  isDue(nowMs: number): boolean {
    for (const nextMs of this.#nextMs.values()) if (nextMs <= nowMs) return true;
    return false;
  }

  /** The first due time to come; Infinity when there is none. */
  firstAfter(nowMs: number): number {
    let firstMs = Infinity;
    for (const nextMs of this.#nextMs.values()) {
      if (nextMs > nowMs && nextMs < firstMs) firstMs = nextMs;
    }
    return firstMs;
  }

  #note({ application, eventId }: TimedEventKey, nextMs: number | undefined): void {
    const name = JSON.stringify([application, eventId]);
    this.#changes += 1;
    if (nextMs === undefined) this.#nextMs.delete(name);
    else this.#nextMs.set(name, nextMs);
  }
}
