import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { AppError } from '../../core/index.js';
import type { Timers } from '../../runtime/index.js';
import { connectionKey } from './connection-key.js';

/** grpc-js renews a connection at its age, a tenth earlier or later. */
const SPREAD = 0.1;

/** Timers are not exact. */
const MARGIN_MS = 100;

/** After this a connection has been told to take no new calls: who calls again gets another one. */
function toldMs(ageMs: number): number {
  return ageMs * (1 + SPREAD) + MARGIN_MS;
}

/** How long calls must be let live after that, so that streams end by themselves first. */
export function streamGraceMs(ageMs: number): number {
  return toldMs(ageMs) - ageMs * (1 - SPREAD);
}

/** Ends the streams of connections that are renewed, by an answer instead of a cut. */
export class ConnectionAges {
  readonly #ageMs: number;
  readonly #timers: Timers;
  readonly #ends = new Map<string, AbortSignal>();

  constructor(ageMs: number, timers: Timers) {
    this.#ageMs = ageMs;
    this.#timers = timers;
  }

  /** From now on until the connection closes. */
  watch(socket: Socket): void {
    const key = connectionKey(socket);
    const closed = new AbortController();
    const old = new AbortController();
    // each stream listens
    setMaxListeners(0, old.signal);
    this.#ends.set(key, old.signal);
    socket.once('close', () => {
      closed.abort();
      if (this.#ends.get(key) === old.signal) this.#ends.delete(key);
    });
    const end = (): void =>
      old.abort(new AppError('NOT_READY', 'the connection is renewed: call again'));
    void this.#timers.sleep(toldMs(this.#ageMs), closed.signal).then(end);
  }

  /** What ends the streams of a connection. */
  endsOf(key: string): readonly AbortSignal[] {
    const end = this.#ends.get(key);
    return end === undefined ? [] : [end];
  }
}
