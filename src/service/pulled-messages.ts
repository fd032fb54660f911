import { callCancelled } from '../core/index.js';
import type { SubscriptionMessage } from './subscription.js';

/** A subscription that has begun, and what ends it. */
export interface BegunSubscription {
  readonly messages: AsyncGenerator<SubscriptionMessage, undefined>;
  readonly reader: AbortController;
}

const DONE = { done: true, value: undefined } as const;

/** Begins at the first pull. `return` ends it also while a read hangs. */
export class PulledMessages implements AsyncIterator<SubscriptionMessage> {
  readonly #begin: () => BegunSubscription;
  #begun: BegunSubscription | undefined;
  #ended = false;
  #returned = false;

  constructor(begin: () => BegunSubscription) {
    this.#begin = begin;
  }

  async next(): Promise<IteratorResult<SubscriptionMessage, undefined>> {
    if (this.#ended) return DONE;
    try {
      this.#begun ??= this.#begin();
      const { value, done } = await this.#begun.messages.next();
      return done === true || this.#returned ? DONE : { done: false, value };
    } catch (error) {
      this.#end();
      if (this.#returned) return DONE;
      throw error;
    }
  }

  async return(): Promise<IteratorResult<SubscriptionMessage, undefined>> {
    this.#returned = true;
    this.#end();
    await this.#begun?.messages.return(undefined);
    return DONE;
  }

  #end(): void {
    this.#ended = true;
    this.#begun?.reader.abort(callCancelled());
  }
}
