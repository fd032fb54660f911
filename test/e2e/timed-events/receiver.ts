import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Arrival } from './arrival.js';
import type { ReceiverNews } from './receiver-thread.js';

const WAIT_MS = 60_000;

/** A server that answers as the path says, in a thread of its own, so that it notes true times. */
export class Receiver {
  readonly #thread = new Worker(new URL('./receiver-thread.js', import.meta.url));
  readonly #arrivals: Arrival[] = [];
  readonly #byEvent = new Map<string, Arrival[]>();
  #port = 0;
  #watchers: (() => void)[] = [];

  private constructor() {
    this.#thread.on('message', (news: ReceiverNews) => {
      if (news.kind === 'listening') this.#port = news.port;
      else for (const arrival of news.arrivals) this.#note(arrival);
      this.#wake();
    });
  }

  static async start(t: TestContext): Promise<Receiver> {
    const receiver = new Receiver();
    t.after(() => receiver.#thread.terminate());
    await receiver.until('it listens', () => receiver.#port > 0);
    return receiver;
  }

  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** What arrived for an event, in the order of arrival. */
  of(eventId: string): readonly Arrival[] {
    return this.#byEvent.get(eventId) ?? [];
  }

  /** How many of the events have arrived at least once. */
  countOf(eventIds: Iterable<string>): number {
    let count = 0;
    for (const eventId of eventIds) if (this.#byEvent.has(eventId)) count += 1;
    return count;
  }

  /** Resolves once all of the events have arrived; their number may still grow. */
  async all(eventIds: { readonly size: number } & Iterable<string>): Promise<void> {
    const missing = new Set<string>(eventIds);
    await this.until('all events', () => {
      for (const eventId of missing) if (this.#byEvent.has(eventId)) missing.delete(eventId);
      return missing.size === 0;
    }).catch((error: unknown) => {
      const some = [...missing].slice(0, 5).join(', ');
      throw new Error(`${missing.size} events did not arrive, among them ${some}`, {
        cause: error,
      });
    });
  }

  /** Resolves with the n-th arrival of an event, from 1 on. */
  async arrival(eventId: string, n = 1): Promise<Arrival> {
    await this.until(`arrival ${n} of ${eventId}`, () => this.of(eventId).length >= n);
    const arrival = this.of(eventId)[n - 1];
    if (arrival === undefined) throw new Error('arrivals are never taken back');
    return arrival;
  }

  /** Resolves once the condition holds; looked at whenever something arrives. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const expired = AbortSignal.timeout(WAIT_MS);
    expired.addEventListener('abort', () => this.#wake(), { once: true });
    while (!condition()) {
      if (expired.aborted) throw new Error(`the receiver waited in vain: ${what}`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }

  #note(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    const known = this.#byEvent.get(arrival.eventId);
    if (known === undefined) this.#byEvent.set(arrival.eventId, [arrival]);
    else known.push(arrival);
  }
}
