import type { FeedPage } from '../storage/index.js';
import type { AppendNotices } from './append-notices.js';

interface SharedRead {
  readonly page: Promise<FeedPage>;
  /** How many notices there had been when it was sent; undefined: it is not sent yet. */
  sentAfter: number | undefined;
}

/** Reads that several ask for at the same moment are one at the port. */
export class SharedReads {
  readonly #notices: AppendNotices;
  readonly #reads = new Map<string, SharedRead>();

  constructor(notices: AppendNotices) {
    this.#notices = notices;
  }

  /**
   * `key` names the question; `ask` puts it. One that is on its way is joined if no append of this
   * process was told since; not by `fresh`, who wants to see what others wrote before the call.
   */
  read(key: string, fresh: boolean, ask: () => Promise<FeedPage>): Promise<FeedPage> {
    const there = this.#reads.get(key);
    if (there !== undefined && this.#mayJoin(there, fresh)) return there.page;
    // sent a moment later, so that all whom one notice has woken find it
    const page = Promise.resolve().then(() => {
      shared.sentAfter = this.#notices.told;
      return ask();
    });
    const shared: SharedRead = { page, sentAfter: undefined };
    this.#reads.set(key, shared);
    const forget = (): void => {
      if (this.#reads.get(key) === shared) this.#reads.delete(key);
    };
    page.then(forget, forget);
    return page;
  }

  #mayJoin({ sentAfter }: SharedRead, fresh: boolean): boolean {
    return sentAfter === undefined || (!fresh && sentAfter === this.#notices.told);
  }
}
