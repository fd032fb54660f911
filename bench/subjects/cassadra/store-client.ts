import { setTimeout as sleep } from 'node:timers/promises';
import {
  connect,
  type Cassadra,
  type NewEvent,
  type RecordedEvent,
  type SubscriptionItem,
} from 'cassadra';
import type { StoreWorkload } from '../store-library/store-input.js';
import { PAYLOAD } from '../../load/payload.js';
import {
  EVENT_TYPE,
  FOLLOWED,
  type Following,
  type StoreLibrary,
} from '../store-library/store-library.js';
import { decodeLocation, type Location } from './location.js';

type Append = StoreLibrary['append'];
const SETTLE_MS = 60_000;

type Items = AsyncIterator<SubscriptionItem, void, undefined>;

/** The servers of the location, by the client library; several get appends in turn. */
export async function openCassadra(
  location: string,
  workload: StoreWorkload,
): Promise<StoreLibrary> {
  return new StoreClient(decodeLocation(location), workload);
}

class StoreClient implements StoreLibrary {
  readonly #stores: readonly Cassadra[];
  readonly #first: Cassadra;
  readonly #prefix: string;
  readonly #followedType: string;
  readonly #append: Append;
  #followed = 0;
  #closePipelines = async (): Promise<void> => undefined;

  constructor({ addresses, space }: Location, workload: StoreWorkload) {
    this.#stores = addresses.map((address) => connect({ address, eagerConnect: true }));
    const [first] = this.#stores;
    if (first === undefined) throw new Error('there is no address');
    this.#first = first;
    this.#prefix = `${space}.`;
    this.#followedType = `${FOLLOWED}.${space}`;
    const onOneCall = workload.kind === 'append' && workload.call === 'stream';
    this.#append = onOneCall ? this.#pipelined(workload.clients) : this.#single();
  }

  append(stream: string, events: number, expected: 'none' | 'any'): Promise<void> {
    if (stream.startsWith(FOLLOWED)) this.#followed += events;
    return this.#append(stream, events, expected);
  }

  async read(stream: string): Promise<number> {
    let count = 0;
    for await (const event of this.#first.read(this.#prefix + stream)) count += counted(event);
    return count;
  }

  async readFollowed(): Promise<number> {
    let count = 0;
    const subscription = this.#first.subscribe({ types: [this.#followedType] });
    for await (const item of subscription) {
      if (item.kind === 'event') count += counted(item.event);
      if (item.kind === 'caught-up') subscription.close();
    }
    return count;
  }

  /** Resolves when it is at the end: what is appended from then on is noticed. */
  async follow(_perSecond: number, arrived: (stream: string) => void): Promise<Following> {
    const subscription = this.#first.subscribe({ types: [this.#followedType], from: 'now' });
    const items = subscription[Symbol.asyncIterator]();
    await items.next();
    const done = this.#deliver(items, arrived);
    const stop = async (): Promise<void> => {
      subscription.close();
      await done;
    };
    return { stop };
  }

  async #deliver(items: Items, arrived: (stream: string) => void): Promise<void> {
    for (let next = await items.next(); next.done !== true; next = await items.next()) {
      const item = next.value;
      if (item.kind === 'event') arrived(item.event.stream.slice(this.#prefix.length));
    }
  }

  /** On Cassandra what was appended is not at once in the reach of readers by type. */
  async settle(): Promise<void> {
    const untilMs = performance.now() + SETTLE_MS;
    while (this.#followed > 0 && (await this.readFollowed()) < this.#followed) {
      if (performance.now() > untilMs) throw new Error('readers by type do not get all events');
      await sleep(500);
    }
  }

  async close(): Promise<void> {
    await this.#closePipelines();
    for (const store of this.#stores) await store.close();
  }

  #single(): Append {
    let turn = 0;
    return async (stream, events, expected) => {
      turn = (turn + 1) % this.#stores.length;
      const store = this.#stores[turn] ?? this.#first;
      await store.append(this.#prefix + stream, this.#events(stream, events), stateOf(expected));
    };
  }

  #pipelined(clients: number): Append {
    const maxInFlight = Math.ceil(clients / this.#stores.length);
    const pipelines = this.#stores.map((store) => store.appendMany({ maxInFlight }));
    this.#closePipelines = async () => {
      for (const pipeline of pipelines) await pipeline.close();
    };
    let turn = 0;
    return async (stream, events, expected) => {
      turn = (turn + 1) % pipelines.length;
      const list = this.#events(stream, events);
      await pipelines[turn]?.append(this.#prefix + stream, list, stateOf(expected));
    };
  }

  #events(stream: string, count: number): NewEvent[] {
    const type = stream.startsWith(FOLLOWED) ? this.#followedType : EVENT_TYPE;
    return Array.from({ length: count }, () => ({ type, json: PAYLOAD }));
  }
}

function stateOf(expected: 'none' | 'any'): { readonly expected: 'no-stream' | 'any' } {
  return { expected: expected === 'none' ? 'no-stream' : 'any' };
}

/** Its content is parsed, as other libraries do before they give an event to anybody. */
function counted({ data }: RecordedEvent): number {
  return data === undefined ? 0 : 1;
}
