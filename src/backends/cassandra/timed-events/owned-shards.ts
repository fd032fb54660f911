/** Where notices of some sources (as `sourceOf` has them) were left. Positions, both inclusive. */
export interface Overflow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sources: ReadonlySet<string>;
}

/** One that covers both. */
export function overflowWith(left: Overflow | undefined, right: Overflow): Overflow {
  if (left === undefined) return right;
  return {
    fromMs: Math.min(left.fromMs, right.fromMs),
    untilMs: Math.max(left.untilMs, right.untilMs),
    sources: new Set([...left.sources, ...right.sources]),
  };
}

/** A shard that this queue reads, and how far it has come. All times are the storage's. */
export interface OwnedShard {
  readonly shard: number;
  readonly epoch: number;
  /** By the monotonic clock. */
  readonly sinceMs: number;
  /** How often the poller had been silent when it took the shard. */
  readonly lapses: number;
  /** Positions up to it have been read, but for the backlog. */
  readMs: number;
  /** Positions up to it have been asked for: a later notice will be seen by a later read. */
  begunMs: number;
  /** Every row of the lane that was acknowledged before then has been read. */
  tailMs: number;
  /** What the owner before has left, read up to `readMs`; undefined once it is read. */
  backlog: { readMs: number; readonly untilMs: number } | undefined;
  /** Notices that memory had no room for; they are read again. */
  overflow: Overflow | undefined;
  /** The one that is being read again. */
  sweeping: Overflow | undefined;
  /** As it stands in the table. */
  lowWaterMs: number;
  /** When that was written, by the monotonic clock. */
  savedMs: number;
  /** Buckets below it have been dropped. */
  droppedBelow: number;
}

/** The shards of one queue. */
export class OwnedShards {
  readonly #shards = new Map<number, OwnedShard>();

  get size(): number {
    return this.#shards.size;
  }

  get(shard: number): OwnedShard | undefined {
    return this.#shards.get(shard);
  }

  all(): readonly OwnedShard[] {
    return [...this.#shards.values()];
  }

  add(owned: OwnedShard): void {
    this.#shards.set(owned.shard, owned);
  }

  remove(shard: number): void {
    this.#shards.delete(shard);
  }
}
