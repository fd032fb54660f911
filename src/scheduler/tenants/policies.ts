import type { ApplicationPolicy, DestinationPolicy } from '../../core/index.js';

/**
 * Small documents that each process holds in memory. Their ids: the kind, the application and what
 * else names them, parted by line feeds (which no name of a user has).
 */
export interface SharedDocuments {
  /** Whether what is held was confirmed in the last 2 s, by the monotonic clock. */
  readonly fresh: boolean;
  /** The content of a document. */
  get(id: string): string | undefined;
  /** Ids and contents of those whose id begins with the prefix, by id. */
  list(prefix: string): readonly (readonly [id: string, content: string])[];
  /**
   * Compare-and-set, again while others come between. `next` is asked for the new content,
   * undefined removes; the same text leaves it as it is, and tells the other processes
   * once more. Answers the content that is stored. Throws what `next` throws, UNAVAILABLE and
   * OUTCOME_UNKNOWN.
   */
  change(
    id: string,
    next: (content: string | undefined) => string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Changes with every change of what is held. */
  readonly version: number;
}

/** What holds for calls, as this process knows it. Application: that of the user, also of tasks. */
export interface Policies {
  readonly fresh: boolean;
  application(application: string): ApplicationPolicy;
  destination(application: string, destination: string): DestinationPolicy;
  /** A destination has answered 410. Throws as `SharedDocuments.change`. */
  disable(
    application: string,
    destination: string,
    eventId: string,
    signal: AbortSignal,
  ): Promise<void>;
}
