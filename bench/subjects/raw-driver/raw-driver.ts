import { Client, policies, types, type ClientOptions } from 'cassandra-driver';
import { PAYLOAD } from '../../load/payload.js';
import { FOLLOWED, type StoreLibrary } from '../store-library/store-library.js';
import { decodeDriverLocation, type DriverLocation } from './driver-location.js';
import { driverStatements, type DriverStatements } from './driver-statements.js';
import { streamUuid } from './stream-uuid.js';
import { Turns } from './turns.js';

interface Head {
  readonly version: number;
  readonly savetimeMs: number;
}

interface Write {
  readonly id: types.Uuid;
  readonly stream: string;
  readonly events: number;
}

const { quorum, serial } = types.consistencies;
const ORDER_TYPE = 1;
/** The fastest of those tried; one more, so that round amounts end without an empty page. */
const PAGE = 5_001;
const TOUCHED_AT_ONCE = 16;
const CONDITIONAL_TIMEOUT_MS = 12_000;
const BATCH_OPTIONS = {
  ...{ prepare: true, logged: true, isIdempotent: false },
  retry: new policies.retry.FallthroughRetryPolicy(),
  ...{ consistency: quorum, serialConsistency: serial, readTimeout: CONDITIONAL_TIMEOUT_MS },
};

/** The driver as Cassadra uses it, with nothing above it. */
export async function openRawDriver(location: string): Promise<StoreLibrary> {
  const place = decodeDriverLocation(location);
  const options: ClientOptions = {
    contactPoints: [place.hosts],
    policies: {
      loadBalancing: new policies.loadBalancing.TokenAwarePolicy(
        new policies.loadBalancing.RoundRobinPolicy(),
      ),
    },
  };
  const client = new Client(options);
  await client.connect();
  return new RawDriver(client, place);
}

/**
 * The least that an append on this table costs. It remembers where streams are, which it can since
 * nobody else writes; appends to one stream take turns, so that no condition ever fails.
 */
class RawDriver implements StoreLibrary {
  readonly #client: Client;
  readonly #place: DriverLocation;
  readonly #statements: DriverStatements;
  readonly #heads = new Map<string, Head>();
  readonly #turns = new Turns();

  constructor(client: Client, place: DriverLocation) {
    this.#client = client;
    this.#place = place;
    this.#statements = driverStatements(place.keyspace);
  }

  append(stream: string, events: number, expected: 'none' | 'any'): Promise<void> {
    const write = { id: this.#id(stream), stream, events };
    if (expected === 'none') return this.#write(write, undefined).then(() => undefined);
    return this.#turns.take(stream, async () => {
      const head = this.#heads.get(stream) ?? (await this.#head(write.id));
      this.#heads.set(stream, await this.#write(write, head));
    });
  }

  async touch(streams: readonly string[]): Promise<void> {
    const left = streams.values();
    const work = async (): Promise<void> => {
      for (const stream of left) {
        const head = await this.#head(this.#id(stream));
        if (head !== undefined) this.#heads.set(stream, head);
      }
    };
    await Promise.all(Array.from({ length: TOUCHED_AT_ONCE }, work));
  }

  read(stream: string): Promise<number> {
    return this.#count(this.#statements.stream, [this.#id(stream), 1]);
  }

  readFollowed(): Promise<number> {
    return this.#count(this.#statements.feed, [this.#place.followedType]);
  }

  close(): Promise<void> {
    return this.#client.shutdown();
  }

  #id(stream: string): types.Uuid {
    return new types.Uuid(streamUuid(`${this.#place.space}.${stream}`));
  }

  /** One conditional batch; gives the new head. Without a head the stream must not exist. */
  async #write({ id, stream, events }: Write, head: Head | undefined): Promise<Head> {
    const from = head?.version ?? 0;
    const savetimeMs = Math.max(Date.now(), (head?.savetimeMs ?? 0) + 1);
    const savetime = new Date(savetimeMs);
    const version = from + events;
    const { createStream, advanceStream, insertEvent } = this.#statements;
    const condition =
      head === undefined
        ? { query: createStream, params: [id, version, savetime] }
        : { query: advanceStream, params: [version, savetime, id, from, savetime] };
    const inserts = Array.from({ length: events }, (_, index) => ({
      query: insertEvent,
      params: [id, from + 1 + index, savetime, ...this.#columns(stream)],
    }));
    const options = { ...BATCH_OPTIONS, routingKey: id.getBuffer() };
    const { rows } = await this.#client.batch([condition, ...inserts], options);
    const applied: unknown = rows[0]?.['[applied]'];
    if (applied !== true) throw new Error(`${stream} is not at version ${String(from)}`);
    return { version, savetimeMs };
  }

  #columns(stream: string): unknown[] {
    const type = stream.startsWith(FOLLOWED) ? this.#place.followedType : ORDER_TYPE;
    const { unset } = types;
    return [type, PAYLOAD, types.Uuid.random(), unset, unset, unset, stream];
  }

  async #head(id: types.Uuid): Promise<Head | undefined> {
    const options = { prepare: true, consistency: serial };
    const { rows } = await this.#client.execute(this.#statements.head, [id], options);
    const [row] = rows;
    if (row === undefined) return undefined;
    const savetime: unknown = row.get('last_savetime');
    return {
      version: Number(row.get('current_version')),
      savetimeMs: savetime instanceof Date ? savetime.getTime() : 0,
    };
  }

  /** While the rows of a page are decoded, Cassandra makes the next one. */
  async #count(query: string, params: unknown[]): Promise<number> {
    const fetch = (pageState?: string): Promise<types.ResultSet> =>
      this.#client.execute(query, params, {
        ...{ prepare: true, consistency: quorum, fetchSize: PAGE },
        ...(pageState === undefined ? {} : { pageState }),
      });
    let found = 0;
    let page: types.ResultSet | undefined = await fetch();
    while (page !== undefined) {
      const state: string | null | undefined = page.pageState;
      const next: Promise<types.ResultSet> | undefined = state ? fetch(state) : undefined;
      for (const row of page.rows) found += decoded(row);
      page = await next;
    }
    return found;
  }
}

/** Each column becomes the value that a program would use; its content is parsed. */
function decoded(row: types.Row): number {
  const payload: unknown = row.get('payload');
  const id: unknown = row.get('event_id');
  if (typeof payload !== 'string' || !(id instanceof types.Uuid)) return 0;
  const content: unknown = JSON.parse(payload);
  return id.toString() === '' || content === null ? 0 : 1;
}
