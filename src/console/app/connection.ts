import type { ApiError } from '../api/api-error.js';

/** Whether the server answers, as the last calls tell. */
export type ConnectionState = 'connected' | 'lost';

/** Tells who wants to know when the server is lost, and when it is there again. */
export class Connection {
  #state: ConnectionState = 'connected';
  readonly #listeners = new Set<(state: ConnectionState) => void>();

  get state(): ConnectionState {
    return this.#state;
  }

  /** A call has ended; undefined: well. A refusal is an answer, too. */
  readonly ended = (error: ApiError | undefined): void => {
    const state = error?.code === 'UNREACHABLE' ? 'lost' : 'connected';
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  };

  /** Answers what ends it. */
  watch(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
