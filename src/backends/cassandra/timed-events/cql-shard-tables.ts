import type { Uuid } from '../../../core/index.js';
import type { CqlSession, Param, Row } from '../cql-session.js';
import {
  optionalInt,
  optionalTime,
  optionalUuid,
  requiredUuid,
  timeParam,
  uuidParam,
} from '../row-codec.js';
import { optionalLong } from './entry-row.js';
import type { Shard, ShardTables } from './timed-tables.js';

/** The row of a poller that died goes by itself. */
const BEAT_TTL_S = 60;
const ALWAYS = (): boolean => true;

/** `timed_event_shards` and `timed_event_pollers` over the driver. */
export class CqlShardTables implements ShardTables {
  readonly #session: CqlSession;
  readonly #shards: string;
  readonly #pollers: string;
  #failures = 0;

  constructor(session: CqlSession, keyspace: string) {
    this.#session = session;
    this.#shards = `${keyspace}.timed_event_shards`;
    this.#pollers = `${keyspace}.timed_event_pollers`;
  }

  async readShards(): Promise<readonly Shard[]> {
    const query = `SELECT shard, owner, epoch, low_water FROM ${this.#shards}`;
    const { rows } = await this.#session.read({ query, params: [] }, { level: 'feed' });
    return rows.map(shardOfRow).sort((left, right) => left.shard - right.shard);
  }

  async createShard(shard: number, lowWaterMs: number): Promise<void> {
    const query = `INSERT INTO ${this.#shards} (shard, epoch, low_water) VALUES (?, ?, ?) IF NOT EXISTS`;
    await this.#conditional(query, [shard, 0, timeParam(lowWaterMs)], shard);
  }

  moveShard(from: Shard, to: Shard): Promise<boolean> {
    const query =
      `UPDATE ${this.#shards} SET owner = ?, epoch = ?, low_water = ? WHERE shard = ? ` +
      'IF owner = ? AND epoch = ?';
    const owner = (uuid: Uuid | undefined): Param => (uuid === undefined ? null : uuidParam(uuid));
    return this.#conditional(
      query,
      [
        owner(to.owner),
        to.epoch,
        timeParam(to.lowWaterMs),
        to.shard,
        owner(from.owner),
        from.epoch,
      ],
      to.shard,
    );
  }

  async publishBeat(poller: Uuid, beat: number): Promise<void> {
    const query =
      `INSERT INTO ${this.#pollers} (scheduler, poller, beat) VALUES (0, ?, ?) ` +
      `USING TTL ${BEAT_TTL_S}`;
    await this.#session.write([{ query, params: [uuidParam(poller), beat] }], 'feed');
  }

  async withdrawBeat(poller: Uuid): Promise<void> {
    const query = `DELETE FROM ${this.#pollers} WHERE scheduler = 0 AND poller = ?`;
    await this.#session.write([{ query, params: [uuidParam(poller)] }], 'feed');
  }

  async readBeats(): Promise<ReadonlyMap<Uuid, number>> {
    const query = `SELECT poller, beat FROM ${this.#pollers} WHERE scheduler = 0`;
    const { rows } = await this.#session.read({ query, params: [] }, { level: 'feed' });
    return new Map(
      rows.map((row) => [requiredUuid(row, 'poller'), optionalLong(row, 'beat') ?? 0]),
    );
  }

  async #conditional(query: string, params: Param[], shard: number): Promise<boolean> {
    const routingKey = Buffer.alloc(4);
    routingKey.writeInt32BE(shard);
    // one that is stuck must not be the only one that is asked
    const attempt = this.#failures;
    const route = { routingKey, attempt, maySend: ALWAYS, level: 'feed' } as const;
    try {
      const rows = await this.#session.conditional([{ query, params }], route);
      return rows[0]?.['[applied]'] === true;
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
  }
}

function shardOfRow(row: Row): Shard {
  return {
    shard: optionalInt(row, 'shard') ?? 0,
    owner: optionalUuid(row, 'owner'),
    epoch: optionalLong(row, 'epoch') ?? 0,
    lowWaterMs: optionalTime(row, 'low_water') ?? 0,
  };
}
