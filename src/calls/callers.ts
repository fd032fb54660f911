import { createHash } from 'node:crypto';
import { ANYBODY, type Authenticator, type Caller } from '../access/index.js';
import { AppError } from '../core/index.js';
import type { Clock } from '../runtime/index.js';
import { addressKey } from './address.js';
import type { CallOrigin } from './call-gate.js';
import { Rates, type Rate } from './rates.js';

/** Credentials of one address that may turn out not to hold: each may cost a signature check. */
const FAILURES: Rate = { perSecond: 50, burst: 500 };

/** Credentials that are remembered because they held. */
const PROVEN_MAX = 10_000;

/**
 * Who calls. An address that tries too many credentials that do not hold is not asked for more,
 * except for those that have held before: they may come through the same proxy.
 */
export class Callers {
  readonly #authenticator: Authenticator | undefined;
  readonly #failures: Rates;
  /** Digests, oldest use first. */
  readonly #proven = new Set<string>();

  constructor(authenticator: Authenticator | undefined, clock: Clock) {
    this.#authenticator = authenticator;
    this.#failures = new Rates(FAILURES, clock);
  }

  /** Throws UNAUTHENTICATED, RATE_LIMITED, or what else the authenticator throws. */
  identify(origin: CallOrigin): Caller | Promise<Caller> {
    const authenticator = this.#authenticator;
    return authenticator === undefined ? ANYBODY : this.#identify(authenticator, origin);
  }

  async #identify(authenticator: Authenticator, origin: CallOrigin): Promise<Caller> {
    const { authorization } = origin;
    // a certificate was checked before, in the handshake, and nothing costs nothing
    if (authorization === undefined) return authenticator.authenticate(origin);
    const digest = createHash('sha256').update(authorization).digest('base64');
    const isProven = this.#proven.has(digest);
    const address = addressKey(origin.address);
    if (!isProven && !this.#failures.take(address)) {
      throw new AppError('RATE_LIMITED', 'too many credentials of this address did not hold');
    }
    const caller = await this.#authenticate(authenticator, origin, digest);
    if (!isProven) this.#failures.giveBack(address);
    this.#remember(digest);
    return caller;
  }

  async #authenticate(
    authenticator: Authenticator,
    origin: CallOrigin,
    digest: string,
  ): Promise<Caller> {
    try {
      return await authenticator.authenticate(origin);
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED')
        this.#proven.delete(digest);
      throw error;
    }
  }

  #remember(digest: string): void {
    this.#proven.delete(digest);
    this.#proven.add(digest);
    if (this.#proven.size <= PROVEN_MAX) return;
    for (const oldest of this.#proven) {
      this.#proven.delete(oldest);
      return;
    }
  }
}
