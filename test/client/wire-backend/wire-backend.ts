import type { Backend, BackendHealth } from '../../../src/storage/index.js';
import type { Link } from './link.js';
import { WireEventLog } from './wire-event-log.js';
import { WireStreams } from './wire-streams.js';
import { WireTypes } from './wire-types.js';

/**
 * A storage as it looks through client, wire and server: its ports are made of the calls of the
 * client. Timed events and documents are not among them.
 */
export class WireBackend implements Backend {
  readonly name: Backend['name'];
  readonly capabilities: Backend['capabilities'];
  readonly eventLog: WireEventLog;
  readonly streams: WireStreams;
  readonly eventTypes: WireTypes;
  readonly timedEvents: Backend['timedEvents'];
  readonly documents: Backend['documents'];
  readonly #served: Backend;
  readonly #link: Link;

  constructor(served: Backend, link: Link) {
    this.name = served.name;
    this.capabilities = served.capabilities;
    this.eventLog = new WireEventLog(link);
    this.streams = new WireStreams(link);
    this.eventTypes = new WireTypes(link);
    this.timedEvents = served.timedEvents;
    this.documents = served.documents;
    this.#served = served;
    this.#link = link;
  }

  health(): BackendHealth {
    return this.#served.health();
  }

  /** Closes the storage: the server goes on and says so. */
  async close(): Promise<void> {
    await this.#served.close();
    this.#link.tryOnce();
  }
}
