import { PAYLOAD_BYTES } from '../../load/payload.js';
import { GrpcService } from '../native/grpc-service.js';
import {
  EVENT_TYPE,
  FOLLOWED,
  type Following,
  type StoreLibrary,
} from '../store-library/store-library.js';
import { decodeUmadbLocation, type UmadbLocation } from './umadb-location.js';

interface Events {
  readonly events: readonly {
    readonly event: { readonly tags: readonly string[]; readonly data: Buffer };
  }[];
}

export function openUmadb(location: string): Promise<StoreLibrary> {
  return Promise.resolve(new UmadbClient(decodeUmadbLocation(location)));
}

/** UmaDB by its gRPC API. A stream is a tag. */
class UmadbClient implements StoreLibrary {
  readonly #service: GrpcService;
  readonly #space: string;
  readonly #followedType: string;

  constructor({ address, proto, space }: UmadbLocation) {
    this.#service = new GrpcService(address, proto, 'umadb.v1.DCB');
    this.#space = `${space}.`;
    this.#followedType = `${FOLLOWED}.${space}`;
  }

  async append(stream: string, events: number, expected: 'none' | 'any'): Promise<void> {
    const tags = [this.#space + stream];
    const type = stream.startsWith(FOLLOWED) ? this.#followedType : EVENT_TYPE;
    const event = { event_type: type, tags, data: PAYLOAD_BYTES };
    const condition = { fail_if_events_match: { items: [{ types: [], tags }] } };
    await this.#service.call('Append', {
      events: Array.from({ length: events }, () => event),
      ...(expected === 'none' ? { condition } : {}),
    });
  }

  read(stream: string): Promise<number> {
    return this.#count({ types: [], tags: [this.#space + stream] });
  }

  readFollowed(): Promise<number> {
    return this.#count({ types: [this.#followedType], tags: [] });
  }

  async #count(item: object): Promise<number> {
    let count = 0;
    const query = { items: [item] };
    const responses: AsyncIterable<Events> = this.#service.stream<Events>('Read', { query });
    for await (const { events } of responses) {
      for (const { event } of events) if (JSON.parse(event.data.toString()) !== null) count += 1;
    }
    return count;
  }

  async follow(_perSecond: number, arrived: (stream: string) => void): Promise<Following> {
    const { position } = await this.#service.call<{ position?: number }>('Head', {});
    const query = { items: [{ types: [this.#followedType], tags: [] }] };
    const call = this.#service.stream<Events>('Subscribe', {
      query,
      ...(position === undefined ? {} : { after: position }),
    });
    call.on('error', () => undefined);
    call.on('data', ({ events }: Events) => {
      for (const { event } of events) arrived((event.tags[0] ?? '').slice(this.#space.length));
    });
    const stop = (): Promise<void> => {
      call.cancel();
      return Promise.resolve();
    };
    return { stop };
  }

  close(): Promise<void> {
    this.#service.close();
    return Promise.resolve();
  }
}
