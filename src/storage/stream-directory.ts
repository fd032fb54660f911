import type { Uuid } from '../core/index.js';

export interface NamedStream {
  readonly name: string;
  readonly id: Uuid;
}

export interface DirectoryQuery {
  /** Only names that begin with it; '' = all. */
  readonly prefix: string;
  /** Only names after it, in the order of their UTF-8 bytes; '' = from the first. */
  readonly after: string;
  readonly limit: number;
}

/** Lists named streams. Streams whose id is a plain UUID are in no index. */
export interface StreamDirectory {
  /** At most `limit` streams that exist, by name. Fewer than `limit`: there are no more. */
  listStreams(query: DirectoryQuery): Promise<readonly NamedStream[]>;
}
