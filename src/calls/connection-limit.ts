import type { Socket } from 'node:net';
import type { Clock } from '../runtime/index.js';
import { addressKey } from './address.js';
import { Rates, type Rate } from './rates.js';

/**
 * Calls of one address that are given up before their request is here: hardly any by programs that
 * mean well, all of them in a flood of streams that are reset at once.
 */
const ABANDONED: Rate = { perSecond: 100, burst: 1_000 };

/** How long an address that gives up too many gets no connection. */
const EXCLUDED_MS = 5_000;
/** So many are remembered; one that is forgotten has to begin anew. */
const EXCLUDED_MAX = 10_000;

/** What an address may open a second where connections are made to last; each costs a session. */
export const LASTING_CONNECTIONS_PER_SECOND = 50;

/** Connections of each address at once. One address alone must not take all there are. */
export class ConnectionLimit {
  readonly #perAddressMax: number;
  readonly #abandoned: Rates;
  readonly #opened: Rates | undefined;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();
  /** Until when. */
  readonly #excluded = new Map<string, number>();

  /** `perSecond`: how many an address may open, and `perAddressMax` at once. */
  constructor(perAddressMax: number, clock: Clock, perSecond = Infinity) {
    this.#perAddressMax = perAddressMax;
    this.#opened =
      perSecond === Infinity ? undefined : new Rates({ perSecond, burst: perAddressMax }, clock);
    this.#abandoned = new Rates(ABANDONED, clock);
    this.#clock = clock;
  }

  /** Counts the connection until it closes; false: it is to be closed. */
  admit(socket: Socket): boolean {
    const address = addressKey(socket.remoteAddress ?? '');
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#perAddressMax || this.#isExcluded(address)) return false;
    if (this.#opened?.take(address) === false) return false;
    this.#counts.set(address, count + 1);
    socket.once('close', () => {
      const left = (this.#counts.get(address) ?? 1) - 1;
      if (left === 0) this.#counts.delete(address);
      else this.#counts.set(address, left);
    });
    return true;
  }

  /**
   * A call was given up before its request was here. False: there were too many of the address; its
   * connection is to be cut, and for a while it gets no other one.
   */
  mayAbandon(from: string): boolean {
    const address = addressKey(from);
    if (this.#abandoned.take(address)) return true;
    if (this.#excluded.size >= EXCLUDED_MAX) this.#excluded.clear();
    this.#excluded.set(address, this.#clock.monotonicMs() + EXCLUDED_MS);
    return false;
  }

  #isExcluded(address: string): boolean {
    const untilMs = this.#excluded.get(address);
    if (untilMs === undefined) return false;
    if (this.#clock.monotonicMs() < untilMs) return true;
    this.#excluded.delete(address);
    return false;
  }
}
