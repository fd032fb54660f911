import type { Cassadra, TimedEventRequest } from 'cassadra';

/** Schedules through several servers in turn; one that fails is left out from then on. */
export class SeveralStores {
  readonly #alive: Cassadra[];
  #turn = 0;

  constructor(stores: readonly Cassadra[]) {
    this.#alive = [...stores];
  }

  async schedule(request: TimedEventRequest): Promise<void> {
    this.#turn += 1;
    const store = this.#alive[this.#turn % this.#alive.length];
    if (store === undefined) throw new Error('No server is left.');
    try {
      await store.timers.schedule(request);
    } catch (error) {
      const at = this.#alive.indexOf(store);
      // calls that were under way at one that is left out already fail later than the first
      if (at !== -1 && this.#alive.length === 1) throw error;
      if (at !== -1) this.#alive.splice(at, 1);
      // the first try may have been stored
      await this.schedule({ ...request, onExists: 'ok-if-same' });
    }
  }
}
