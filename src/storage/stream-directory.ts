import type { StreamRef, Uuid } from '../core/index.js';

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

export interface StreamWalk {
  /** From the page before; '' = from the first. CURSOR_INVALID when it is none. */
  readonly after: string;
  readonly limit: number;
}

/** `next`: where to go on; undefined at the end. A page may be short, or empty, before the end. */
export interface StreamWalkPage {
  readonly streams: readonly StreamRef[];
  readonly next: string | undefined;
}

/** Finds streams. Those whose id is a plain UUID are in no index: only a walk meets them. */
export interface StreamDirectory {
  /** At most `limit` streams that exist, by name. Fewer than `limit`: there are no more. */
  listStreams(query: DirectoryQuery): Promise<readonly NamedStream[]>;

  /**
   * All streams, named or not, in an order of the storage's own. Meets every stream that exists
   * when the walk begins. Reads everything there is: for tools, not for users who wait.
   */
  walkStreams(walk: StreamWalk): Promise<StreamWalkPage>;
}
