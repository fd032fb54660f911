import type { StoreWorkload } from './store-input.js';

/** An event store that is a library, as the load programs use it. */
export interface StoreLibrary {
  /**
   * Appends so many events, all in one transaction. `none`: only if the stream has no events yet;
   * `any`: whatever it has, tried again where the library reports a conflict.
   */
  append(stream: string, events: number, expected: 'none' | 'any'): Promise<void>;
  /** Reads a whole stream; gives the number of its events. */
  read(stream: string): Promise<number>;
  /** Reads all events of {@link FOLLOWED}, from the first to the last; gives their number. */
  readFollowed(): Promise<number>;
  /** Calls back with the stream of each event of {@link FOLLOWED} that comes from now on. */
  follow?(perSecond: number, arrived: (stream: string) => void): Promise<Following>;
  /** Learns where streams are, for a store that remembers it: it is called before the load. */
  touch?(streams: readonly string[]): Promise<void>;
  /** What the database's manual advises after many rows have been written. */
  settle?(): Promise<void>;
  close(): Promise<void>;
}

export interface Following {
  stop(): Promise<void>;
}

/** Streams that are read by type or category are named so, with a dash and a key after it. */
export const FOLLOWED = 'followed';

/** The type of all events. */
export const EVENT_TYPE = 'OrderPlaced';

/** Opens the store at a URL or a path, for one workload. */
export type OpenStoreLibrary = (location: string, workload: StoreWorkload) => Promise<StoreLibrary>;
