import { setMaxListeners } from 'node:events';
import { Pool } from 'undici';
import type { ClientCertificate } from '../runtime/index.js';
import { guardedConnector, type Guard } from './guarded-connector.js';

/** An idle connection is closed after this; a longer wish of the server is followed to the max. */
const KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE_MAX_MS = 60_000;

/** Who connections are made for; nobody else uses them. */
export interface ConnectionOwner {
  readonly application: string;
  readonly client: ClientCertificate;
  /** Another one when the certificate has changed. */
  readonly version: string;
}

/** The connections to one scheme, host and port; with a certificate, those of one owner. */
export interface Destination {
  readonly key: string;
  readonly pool: Pool;
  /** Ends its sockets, also those that are still being connected. */
  readonly stop: AbortController;
  calls: number;
}

/** The connections to all destinations; those without calls are closed when there are many. */
export class Destinations {
  readonly #guard: Guard;
  readonly #connections: number;
  readonly #idleMax: number;
  /** From the one that was used longest ago. */
  readonly #known = new Map<string, Destination>();

  constructor(guard: Guard, connections: number, idleMax = 1_000) {
    this.#guard = guard;
    this.#connections = connections;
    this.#idleMax = idleMax;
  }

  get size(): number {
    return this.#known.size;
  }

  /** To be given back by `leave` after the call. Throws for a certificate that is no good. */
  enter(name: string, owner?: ConnectionOwner): Destination {
    const key = owner === undefined ? name : [name, owner.application, owner.version].join('\n');
    const destination = this.#known.get(key) ?? this.#open(key, name, owner?.client);
    destination.calls += 1;
    this.#known.delete(key);
    this.#known.set(key, destination);
    return destination;
  }

  leave(destination: Destination): void {
    destination.calls -= 1;
    this.#closeUnused(destination);
    if (this.#known.size > this.#idleMax) this.#closeOldest();
  }

  /** Breaks all connections off. */
  async close(): Promise<void> {
    await Promise.all([...this.#known.values()].map((destination) => this.#close(destination)));
  }

  #open(key: string, name: string, client: ClientCertificate | undefined): Destination {
    const stop = new AbortController();
    // every socket listens
    setMaxListeners(0, stop.signal);
    const pool = new Pool(name, {
      connect: guardedConnector(this.#guard, stop.signal, client),
      connections: this.#connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
      // the time-out of the whole call is ours
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const destination: Destination = { key, pool, stop, calls: 0 };
    pool.on('disconnect', () => this.#closeUnused(destination));
    return destination;
  }

  #closeUnused(destination: Destination): void {
    if (destination.calls > 0 || destination.pool.stats.connected > 0) return;
    void this.#close(destination);
  }

  #closeOldest(): void {
    for (const destination of this.#known.values()) {
      if (destination.calls > 0) continue;
      void this.#close(destination);
      return;
    }
  }

  async #close(destination: Destination): Promise<void> {
    if (this.#known.get(destination.key) === destination) this.#known.delete(destination.key);
    destination.stop.abort();
    await destination.pool.destroy();
  }
}
