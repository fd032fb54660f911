import { TokenBucket } from '../core/index.js';
import type { Clock } from '../runtime/index.js';

export interface Rate {
  readonly perSecond: number;
  /** At once, after a rest. */
  readonly burst: number;
}

/** Names that are remembered: what more there are share one bucket, and drive nobody out. */
const NAMES_MAX = 10_000;

/** A rate for each name. A name that has rested is forgotten: it would have a full bucket again. */
export class Rates {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #others: TokenBucket;
  #forgottenAtMs = -Infinity;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#others = this.#newBucket();
  }

  /** Takes one of the name's, if there is one. */
  take(name: string): boolean {
    const bucket = this.#bucketOf(name);
    if (!bucket.hasOne) return false;
    bucket.takeOne();
    return true;
  }

  /** What was taken was not used. */
  giveBack(name: string): void {
    this.#buckets.get(name)?.giveBack();
  }

  #bucketOf(name: string): TokenBucket {
    const nowMs = this.#clock.monotonicMs();
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      if (this.#buckets.size >= NAMES_MAX) this.#forget(nowMs);
      bucket = this.#buckets.size >= NAMES_MAX ? this.#others : this.#newBucket();
      if (bucket !== this.#others) this.#buckets.set(name, bucket);
    }
    bucket.refill(nowMs);
    return bucket;
  }

  #newBucket(): TokenBucket {
    return new TokenBucket(this.#rate.perSecond, this.#rate.burst);
  }

  /** Looking through all of them costs: not more than once a second. */
  #forget(nowMs: number): void {
    if (nowMs - this.#forgottenAtMs < 1_000) return;
    this.#forgottenAtMs = nowMs;
    for (const [name, bucket] of this.#buckets) {
      bucket.refill(nowMs);
      if (bucket.isFull) this.#buckets.delete(name);
    }
  }
}
