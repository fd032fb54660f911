import { clientClosed } from './errors.js';

/** One call that is under way, whatever it consists of. */
export interface OpenCall {
  /** Aborted when the caller or the client ends it; the reason says which. */
  readonly signal: AbortSignal;
  /** It is over. */
  end(): void;
}

/** Everything that is under way in a client, so that closing it ends all. */
export class OpenCalls {
  readonly #open = new Set<AbortController>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Begins a call. Its signal follows the caller's. */
  begin(signal?: AbortSignal): OpenCall {
    const controller = new AbortController();
    if (this.#closed) controller.abort(clientClosed());
    const follow = (): void => controller.abort(signal?.reason);
    if (signal?.aborted === true) follow();
    else signal?.addEventListener('abort', follow, { once: true });
    this.#open.add(controller);
    const end = (): void => {
      this.#open.delete(controller);
      signal?.removeEventListener('abort', follow);
    };
    return { signal: controller.signal, end };
  }

  /** Ends all, and whatever begins from now on. */
  close(): void {
    this.#closed = true;
    for (const controller of this.#open) controller.abort(clientClosed());
    this.#open.clear();
  }
}
