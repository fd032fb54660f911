import type { StreamRef, Uuid } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type {
  DirectoryQuery,
  NamedStream,
  StreamDirectory as Port,
  StreamWalk,
  StreamWalkPage,
} from '../../storage/index.js';
import type { CqlSession } from './cql-session.js';
import { unavailable } from './errors.js';
import { GroupedWrites } from './grouped-writes.js';
import { mapInBatches } from './in-batches.js';
import { LruMap } from './lru-map.js';
import { optionalText, requiredUuid, uuidParam } from './row-codec.js';
import type { Statements } from './statements.js';
import type { StreamHeads } from './stream-heads.js';
import { walkStreams } from './stream-walk.js';

/** Lists ask each of them, so a name may stand in any, and by chance in two. */
const SHARDS = 16;
/** So many names go to one shard, then to the next: those that come together are one write. */
const NAMES_IN_TURN = 1_000;
const ENLISTED_MAX = 10_000;
const HEADS_AT_ONCE = 64;

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/**
 * The index of named streams, written before a stream's first append and filtered when it is read;
 * and the walk over all streams.
 */
export class StreamDirectory implements Port {
  readonly #session: CqlSession;
  readonly #keyspace: string;
  readonly #heads: StreamHeads;
  readonly #statements: Statements;
  readonly #enlisted = new LruMap<Uuid, true>(ENLISTED_MAX);
  readonly #names: GroupedWrites;
  /** Counts names, from a chance number on. */
  #turn: number;

  constructor(
    parts: {
      readonly session: CqlSession;
      readonly statements: Statements;
      readonly heads: StreamHeads;
    },
    keyspace: string,
    { timers, random }: Pick<Components, 'timers' | 'random'>,
  ) {
    this.#session = parts.session;
    this.#names = new GroupedWrites(parts.session, 'write', timers);
    this.#turn = Math.floor(random.next() * SHARDS) * NAMES_IN_TURN;
    this.#statements = parts.statements;
    this.#heads = parts.heads;
    this.#keyspace = keyspace;
  }

  /** Makes a named stream known; nothing to do for streams without a name. */
  async enlist(stream: StreamRef): Promise<void> {
    const { id, name } = stream;
    if (name === undefined || this.#enlisted.get(id) === true) return;
    const query = `INSERT INTO ${this.#keyspace}.stream_names (shard, name, id) VALUES (?, ?, ?)`;
    const shard = Math.floor(this.#turn / NAMES_IN_TURN) % SHARDS;
    this.#turn += 1;
    await this.#names.write(`${shard}`, { query, params: [shard, name, uuidParam(id)] });
    this.#enlisted.set(id, true);
  }

  async listStreams(query: DirectoryQuery): Promise<readonly NamedStream[]> {
    const found: NamedStream[] = [];
    let after = query.after;
    try {
      while (found.length < query.limit) {
        const names = await this.#readNames(query.prefix, after, query.limit);
        found.push(...(await this.#existing(names)));
        const last = names.at(-1);
        if (last === undefined || names.length < query.limit) break;
        after = last.name;
      }
    } catch (error) {
      throw unavailable(error);
    }
    return found.slice(0, query.limit);
  }

  walkStreams(walk: StreamWalk): Promise<StreamWalkPage> {
    return walkStreams(this.#session, this.#statements, walk);
  }

  /** The next `limit` names of all shards, existing or not. */
  async #readNames(prefix: string, after: string, limit: number): Promise<NamedStream[]> {
    const inclusive = after === '' || compareBytes(after, prefix) < 0;
    const query =
      `SELECT name, id FROM ${this.#keyspace}.stream_names WHERE shard = ? AND ` +
      `name ${inclusive ? '>=' : '>'} ? LIMIT ?`;
    const from = inclusive ? prefix : after;
    const shards = await Promise.all(
      Array.from({ length: SHARDS }, (_, shard) =>
        this.#session.read(
          { query, params: [shard, from, limit] },
          { level: 'read', fetchSize: limit },
        ),
      ),
    );
    const names = shards
      .flatMap((page) => page.rows)
      .map((row) => ({ name: optionalText(row, 'name') ?? '', id: requiredUuid(row, 'id') }))
      .filter(({ name }) => name.startsWith(prefix));
    // each once: who tried twice to create it may have written it to two shards
    return [...new Map(names.map((named) => [named.name, named])).values()]
      .sort((left, right) => compareBytes(left.name, right.name))
      .slice(0, limit);
  }

  async #existing(names: readonly NamedStream[]): Promise<NamedStream[]> {
    const heads = await mapInBatches(names, HEADS_AT_ONCE, ({ id }) =>
      this.#heads.read(id, 'read'),
    );
    return names.filter((_, index) => (heads[index]?.version ?? 0) > 0);
  }
}
