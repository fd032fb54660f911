import { PAYLOAD } from '../../load/payload.js';
import { inCheckout } from '../cassadra/in-checkout.js';
import { GrpcService } from '../native/grpc-service.js';
import { uuidOf } from '../raw-driver/stream-uuid.js';
import { FOLLOWED, type StoreLibrary } from '../store-library/store-library.js';
import { decodeOriginalLocation, type OriginalLocation } from './original-location.js';
import { ORDER_TYPE } from './storegrpc-append-new.js';

interface Found {
  /** Ms since the epoch, of the last of the events. */
  readonly latest: number;
  readonly events: readonly { readonly payload: string }[];
}

const PROTO = inCheckout('proto/storegrpc/grpc-store.proto');
const SERVICE = 'storegrpc.EventStoreService';
const PAGE = 1_000;
const TOUCHED_AT_ONCE = 16;
const CONFLICT = 'optimistic locking failed';

export function openOriginal(location: string): Promise<StoreLibrary> {
  return Promise.resolve(new OriginalClient(decodeOriginalLocation(location)));
}

/**
 * A program on the original server. Appends name the version that they expect, so each needs to
 * know it. Writers of this process tell each other; who has been overtaken and does not know by
 * whom loads the stream, which is the one way to ask.
 */
class OriginalClient implements StoreLibrary {
  readonly #service: GrpcService;
  readonly #place: OriginalLocation;
  readonly #versions = new Map<string, number>();

  constructor(place: OriginalLocation) {
    this.#service = new GrpcService(place.address, PROTO, SERVICE);
    this.#place = place;
  }

  async append(stream: string, events: number, expected: 'none' | 'any'): Promise<void> {
    const id = this.#id(stream);
    const type = stream.startsWith(FOLLOWED) ? this.#place.followedType : ORDER_TYPE;
    const list = Array.from({ length: events }, () => ({ type, payload: PAYLOAD }));
    if (expected === 'none') await this.#service.call('Update', { id, version: 0, events: list });
    else await this.#appendAnywhere(id, list);
  }

  async #appendAnywhere(id: string, events: readonly object[]): Promise<void> {
    for (;;) {
      const version = this.#versions.get(id) ?? (await this.#load(id));
      try {
        await this.#service.call('Update', { id, version, events });
        this.#learn(id, version + events.length);
        return;
      } catch (error) {
        if (this.#versions.get(id) === version) this.#versions.delete(id);
        if (!String(error).includes(CONFLICT)) throw error;
      }
    }
  }

  async #load(id: string): Promise<number> {
    const { events } = await this.#service.call<Found>('FindByID', { id });
    return this.#learn(id, events.length);
  }

  /** What was seen last is not always the newest. */
  #learn(id: string, version: number): number {
    const known = Math.max(version, this.#versions.get(id) ?? 0);
    this.#versions.set(id, known);
    return known;
  }

  async touch(streams: readonly string[]): Promise<void> {
    const left = streams.values();
    const work = async (): Promise<void> => {
      for (const stream of left) await this.#load(this.#id(stream));
    };
    await Promise.all(Array.from({ length: TOUCHED_AT_ONCE }, work));
  }

  async read(stream: string): Promise<number> {
    const id = this.#id(stream);
    return countOf(await this.#service.call<Found>('FindByID', { id }));
  }

  async readFollowed(): Promise<number> {
    const type = this.#place.followedType;
    let count = 0;
    for (let since = 0; ; ) {
      const page = await this.#service.call<Found>('FindByType', { type, since, batchSize: PAGE });
      if (page.events.length === 0) return count;
      count += countOf(page);
      since = page.latest;
    }
  }

  close(): Promise<void> {
    this.#service.close();
    return Promise.resolve();
  }

  #id(stream: string): string {
    return uuidOf(`${this.#place.space}.${stream}`);
  }
}

/** Contents are parsed, as a program would. */
function countOf({ events }: Found): number {
  return events.filter(({ payload }) => JSON.parse(payload) !== null).length;
}
