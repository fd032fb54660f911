import type { Clock, Metrics } from '../runtime/index.js';

/** How far one subscriber is behind. */
export interface SubscriberLag {
  /** Savetime of the oldest event that it has not taken; undefined: it has taken all. */
  waitingMs: number | undefined;
}

/** How far the subscribers of a process are behind. */
export class SubscriberLags {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #metrics: Metrics;
  readonly #open = new Set<SubscriberLag>();

  constructor(clock: Pick<Clock, 'nowMs'>, metrics: Metrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    metrics.gauge('cassadra_subscriptions_behind', () => [
      { labels: {}, value: this.#waiting().length },
    ]);
    metrics.gauge('cassadra_subscription_lag_seconds', () => {
      // one reading of the clock: two could be a millisecond apart when nobody waits
      const nowMs = clock.nowMs();
      const oldestMs = this.#waiting().reduce((oldest, ms) => Math.min(oldest, ms), nowMs);
      return [{ labels: {}, value: (nowMs - oldestMs) / 1_000 }];
    });
  }

  /** Of one more subscriber, until `signal` is aborted. */
  open(signal: AbortSignal): SubscriberLag {
    const lag: SubscriberLag = { waitingMs: undefined };
    this.#open.add(lag);
    signal.addEventListener('abort', () => this.#open.delete(lag), { once: true });
    if (signal.aborted) this.#open.delete(lag);
    return lag;
  }

  /** One that follows live is handed an event. */
  delivered(savetimeMs: number): void {
    const seconds = (this.#clock.nowMs() - savetimeMs) / 1_000;
    this.#metrics.observe('cassadra_event_delivery_seconds', {}, seconds);
  }

  #waiting(): number[] {
    return [...this.#open].flatMap(({ waitingMs }) => (waitingMs === undefined ? [] : [waitingMs]));
  }
}
