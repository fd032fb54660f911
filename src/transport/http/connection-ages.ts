import type { Socket } from 'node:net';
import type { Clock } from '../../runtime/index.js';

/**
 * Since when connections send requests. One that is old is closed by its next answer: who comes
 * again shows its certificate again, and may meet another server.
 */
export class ConnectionAges {
  readonly #ageMs: number;
  readonly #clock: Clock;
  readonly #sinceMs = new WeakMap<Socket, number>();

  constructor(ageMs: number, clock: Clock) {
    this.#ageMs = ageMs;
    this.#clock = clock;
  }

  begin(socket: Socket): void {
    if (!this.#sinceMs.has(socket)) this.#sinceMs.set(socket, this.#clock.monotonicMs());
  }

  isOld(socket: Socket): boolean {
    const sinceMs = this.#sinceMs.get(socket);
    return sinceMs !== undefined && this.#clock.monotonicMs() - sinceMs > this.#ageMs;
  }
}
