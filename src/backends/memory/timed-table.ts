import type { Claim, TimedEvent, TimedEventKey, Uuid } from '../../core/index.js';

/** A notice in the hands of a poller: nobody else gets it while that one lives. */
export interface Hold {
  readonly poller: Uuid;
  readonly epoch: number;
  readonly generation: Uuid;
  readonly nextMs: number;
  /** When it is to be handed out again; undefined while it is being worked on. */
  readonly atMs: number | undefined;
}

/** What the pollers know of each other. */
export interface Poller {
  readonly epoch: number;
  /** Whether nobody else may have its entries. */
  readonly holding: boolean;
}

/** All timed events, and the pollers that share them out. */
export class TimedTable {
  readonly #entries = new Map<string, TimedEvent>();
  readonly #holds = new Map<string, Hold>();
  readonly #pollers = new Map<Uuid, Poller>();
  readonly #waiting = new Set<() => void>();
  /** Rises when something may have come due: tells what has come since a poller looked. */
  changes = 0;

  all(): TimedEvent[] {
    return [...this.#entries.values()];
  }

  find(key: TimedEventKey): TimedEvent | undefined {
    return this.#entries.get(nameOf(key));
  }

  put(event: TimedEvent): void {
    this.#entries.set(nameOf(event.key), event);
    if (event.state.status === 'PENDING') this.wake();
  }

  /** Removes what was finished and has been kept long enough. */
  purge(nowMs: number): void {
    for (const [name, { state, plan }] of this.#entries) {
      if ('finishedMs' in state && state.finishedMs + plan.retentionMs <= nowMs) {
        this.#entries.delete(name);
        this.#holds.delete(name);
      }
    }
  }

  join(id: Uuid, poller: Poller): void {
    this.#pollers.set(id, poller);
  }

  leave(id: Uuid): void {
    this.#pollers.delete(id);
    this.wake();
  }

  isGone({ poller, epoch }: Pick<Claim, 'poller' | 'epoch'>): boolean {
    const known = this.#pollers.get(poller);
    return known?.holding !== true || epoch < known.epoch;
  }

  /** The hold on this very notice, unless its poller is gone. */
  holdOn({ key, generation, state }: TimedEvent): Hold | undefined {
    const hold = this.#holds.get(nameOf(key));
    const isIt =
      hold?.generation === generation && 'nextMs' in state && state.nextMs === hold.nextMs;
    return isIt && !this.isGone(hold) ? hold : undefined;
  }

  /** The hold on any notice of the entry. */
  holdOf(key: TimedEventKey): Hold | undefined {
    const hold = this.#holds.get(nameOf(key));
    return hold !== undefined && !this.isGone(hold) ? hold : undefined;
  }

  hold(key: TimedEventKey, hold: Hold): void {
    this.#holds.set(nameOf(key), hold);
  }

  release(key: TimedEventKey): void {
    this.#holds.delete(nameOf(key));
  }

  releaseAll(poller: Uuid): void {
    for (const [name, hold] of this.#holds) {
      if (hold.poller === poller) this.#holds.delete(name);
    }
    this.wake();
  }

  wake(): void {
    this.changes += 1;
    for (const wake of this.#waiting) wake();
  }

  onWake(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}

function nameOf({ application, eventId }: TimedEventKey): string {
  return JSON.stringify([application, eventId]);
}
