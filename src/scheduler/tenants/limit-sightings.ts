import type { Clock } from '../../runtime/index.js';
import type { LimitState } from './limit-document.js';

/** Longer than a poller begins calls after its last beat that was acknowledged. */
export const GONE_AFTER_MS = 10_000;

/** Since when the beats of others stand still, by the monotonic clock. */
export class LimitSightings {
  readonly #clock: Clock;
  readonly #self: string;
  #seen = new Map<string, { readonly beat: number; readonly sinceMs: number }>();

  constructor(self: string, clock: Clock) {
    this.#self = self;
    this.#clock = clock;
  }

  /** Looks at the beats of a state; answers it without the pollers that are gone. */
  alive(state: LimitState): LimitState {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#seen;
    this.#seen = new Map();
    const alive = Object.entries(state.pollers).filter(([id, { beat }]) => {
      if (id === this.#self) return true;
      const known = before.get(id);
      const seen = known?.beat === beat ? known : { beat, sinceMs: nowMs };
      this.#seen.set(id, seen);
      return nowMs - seen.sinceMs < GONE_AFTER_MS;
    });
    return { ...state, pollers: Object.fromEntries(alive) };
  }
}
