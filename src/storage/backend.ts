import type { Documents } from './documents.js';
import type { EventLog } from './event-log.js';
import type { EventTypes } from './event-types.js';
import type { StreamDirectory } from './stream-directory.js';
import type { TimedEvents } from './timed-events.js';

/** What a backend can do; declared by itself, read by the conformance kit and by services. */
export interface Capabilities {
  /**
   * `ordered`: one position orders all events; nothing is lost or repeated.
   * `view`: order by savetime below a low-water mark, complete within the limits of the docs.
   */
  readonly feed: 'ordered' | 'view';
  /** Whether acknowledged events survive the death of the process. */
  readonly durable: boolean;
}

export type BackendHealth =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly reason: string };

/** An open storage backend. */
export interface Backend {
  readonly name: 'memory' | 'embedded' | 'cassandra';
  readonly capabilities: Capabilities;
  readonly eventLog: EventLog;
  readonly streams: StreamDirectory;
  readonly eventTypes: EventTypes;
  readonly timedEvents: TimedEvents;
  readonly documents: Documents;
  /** Cheap: says what is known now, does not ask the storage. */
  health(): BackendHealth;
  /** Finishes what is under way as far as it can, then releases everything. Twice is fine. */
  close(): Promise<void>;
}
