import { AppError, endOf } from '../core/index.js';
import { stopping } from './open-storage.js';

/** How many may follow events in one process, and how often they look for those of others. */
export interface SubscriptionLimits {
  readonly subscriptionsMax: number;
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
}

export const DEFAULT_SUBSCRIPTION_LIMITS: SubscriptionLimits = {
  subscriptionsMax: 1_000,
  pollMinMs: 50,
  pollMaxMs: 1_000,
};

/** The subscriptions and waiting polls of a process. Each ends by its signal. */
export class OpenReaders {
  readonly #max: number;
  readonly #open = new Set<AbortController>();
  #draining = false;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * A place for one more; aborting gives it back, and so does the end of `outer` or the draining.
   * Throws TOO_MANY_SUBSCRIPTIONS, NOT_READY, or the reason of `outer`.
   */
  open(outer: AbortSignal): AbortController {
    if (outer.aborted) throw endOf(outer);
    if (this.#draining) throw stopping();
    if (this.#open.size >= this.#max) throw tooMany(this.#max);
    const reader = new AbortController();
    const endByCaller = (): void => reader.abort(endOf(outer));
    this.#open.add(reader);
    outer.addEventListener('abort', endByCaller, { once: true });
    const release = (): void => {
      this.#open.delete(reader);
      outer.removeEventListener('abort', endByCaller);
    };
    reader.signal.addEventListener('abort', release, { once: true });
    return reader;
  }

  /** Ends all at once with NOT_READY and takes no more. */
  drain(): void {
    this.#draining = true;
    for (const reader of this.#open) reader.abort(stopping());
  }
}

function tooMany(limit: number): AppError {
  const problem = `the server has as many subscriptions as it may have: ${limit}`;
  return new AppError('TOO_MANY_SUBSCRIPTIONS', problem, { limit: String(limit) });
}
