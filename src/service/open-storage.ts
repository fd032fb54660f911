import { AppError } from '../core/index.js';
import type { Backend, BackendHealth } from '../storage/index.js';

/** What of a backend events need. */
export type EventStorage = Omit<Backend, 'timedEvents' | 'documents'>;

/** Whatever backend is open at the moment. */
export class OpenStorage {
  readonly #backend: () => EventStorage | undefined;

  constructor(backend: () => EventStorage | undefined) {
    this.#backend = backend;
  }

  health(): BackendHealth {
    const closed = { kind: 'not-ready', reason: 'the storage is not open yet' } as const;
    return this.#backend()?.health() ?? closed;
  }

  /** Throws NOT_READY while the storage cannot serve. */
  ready(): EventStorage {
    const backend = this.#backend();
    const health = this.health();
    if (backend !== undefined && health.kind === 'ready') return backend;
    throw notReady(health.kind === 'ready' ? 'no storage' : health.reason);
  }

  /** Even when it cannot serve: for what was taken already. Undefined when it is closed. */
  current(): EventStorage | undefined {
    return this.#backend();
  }
}

export function notReady(reason: string): AppError {
  return new AppError('NOT_READY', `the server is not ready: ${reason}`);
}

/** For whoever comes, or still waits, when the store drains. */
export function stopping(): AppError {
  return new AppError('NOT_READY', 'the server is stopping');
}
