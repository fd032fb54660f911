import type { Shard, ShardTables } from '../../../src/backends/cassandra/index.js';
import type { Uuid } from '../../../src/core/index.js';
import type { Link } from './link.js';
import type { SimulatedProcess } from './process.js';
import type { World } from './world.js';

const BEAT_TTL_MS = 60_000;

/** `timed_event_shards` and `timed_event_pollers`. */
export class SimulatedShardTables implements ShardTables {
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #link: Link;

  constructor(world: World, process: SimulatedProcess, link: Link) {
    this.#world = world;
    this.#process = process;
    this.#link = link;
  }

  readShards(): Promise<readonly Shard[]> {
    const { shards } = this.#world.rows;
    return this.#link.call({
      name: 'shards read',
      kind: 'read',
      apply: () => [...shards.values()].sort((left, right) => left.shard - right.shard),
    });
  }

  createShard(shard: number, lowWaterMs: number): Promise<void> {
    const { shards } = this.#world.rows;
    return this.#link.call({
      name: 'shard made',
      kind: 'conditional',
      apply: () => {
        if (shards.has(shard)) return;
        shards.set(shard, { shard, owner: undefined, epoch: 0, lowWaterMs });
      },
    });
  }

  moveShard(from: Shard, to: Shard): Promise<boolean> {
    const { shards } = this.#world.rows;
    return this.#link.call({
      name: 'shard',
      kind: 'conditional',
      about: () => JSON.stringify({ from, to }),
      apply: () => {
        const row = shards.get(from.shard);
        if (row === undefined || row.owner !== from.owner || row.epoch !== from.epoch) return false;
        shards.set(from.shard, to);
        return true;
      },
    });
  }

  publishBeat(poller: Uuid, beat: number): Promise<void> {
    return this.#writeBeat('beat', poller, { beat, withdrawn: false });
  }

  withdrawBeat(poller: Uuid): Promise<void> {
    return this.#writeBeat('beat withdrawn', poller, { beat: 0, withdrawn: true });
  }

  readBeats(): Promise<ReadonlyMap<Uuid, number>> {
    const { rows, time } = this.#world;
    return this.#link.call({
      name: 'beats read',
      kind: 'read',
      apply: () => {
        const living = [...rows.beats].filter(
          ([, { withdrawn, expiresMs }]) => !withdrawn && expiresMs > time.nowMs,
        );
        return new Map(living.map(([poller, { beat }]) => [poller, beat]));
      },
    });
  }

  #writeBeat(
    name: string,
    poller: Uuid,
    what: { readonly beat: number; readonly withdrawn: boolean },
  ): Promise<void> {
    const { rows, time } = this.#world;
    const stamp = this.#process.stamp();
    return this.#link.call({
      name,
      kind: 'write',
      apply: () => {
        if ((rows.beats.get(poller)?.stamp ?? 0) >= stamp) return;
        rows.beats.set(poller, { ...what, stamp, expiresMs: time.nowMs + BEAT_TTL_MS });
      },
    });
  }
}
