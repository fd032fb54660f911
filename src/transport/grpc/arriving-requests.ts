import { AppError } from '../../core/index.js';
import type { Clock, Timers } from '../../runtime/index.js';

/** How often requests that arrive too slowly are looked for. */
const CHECK_MS = 500;

/** A request, or a message of many, that is not here in full. */
export interface Arriving {
  /** Ends its call. */
  refuse(error: AppError): void;
}

/** Refuses requests that take too long to arrive: each holds a place, and memory. */
export class ArrivingRequests {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  /** Since when; oldest first. */
  readonly #since = new Map<Arriving, number>();

  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  begin(request: Arriving): void {
    if (!this.#since.has(request)) this.#since.set(request, this.#clock.monotonicMs());
  }

  done(request: Arriving): void {
    this.#since.delete(request);
  }

  /** Looks after them until the server stops. */
  async watch(timers: Timers, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      await timers.sleep(CHECK_MS, stopping);
      this.#refuseSlow();
    }
  }

  #refuseSlow(): void {
    const beforeMs = this.#clock.monotonicMs() - this.#timeoutMs;
    for (const [request, sinceMs] of this.#since) {
      if (sinceMs > beforeMs) return;
      this.#since.delete(request);
      request.refuse(new AppError('DEADLINE_EXCEEDED', 'the request did not arrive in time'));
    }
  }
}
