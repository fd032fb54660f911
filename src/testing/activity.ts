/** Turns of the event loop without a sign of work: then nothing goes on by itself. */
const QUIET_TURNS = 3;
/** Something that never rests is not waited for. */
const TURNS_MAX = 1_000;

/** What goes on in the store. */
export class Activity {
  readonly #open = new Set<Promise<unknown>>();
  #signs = 0;

  /** Something has happened. */
  sign(): void {
    this.#signs += 1;
  }

  /** Work that is waited for, however long it takes. */
  async track<Result>(work: Promise<Result>): Promise<Result> {
    this.#open.add(work);
    try {
      return await work;
    } finally {
      this.#open.delete(work);
      this.sign();
    }
  }

  /** Resolves when everything has run that does not wait for time. */
  async settled(): Promise<void> {
    let quiet = 0;
    for (let turns = 0; quiet < QUIET_TURNS && turns < TURNS_MAX; turns += 1) {
      const before = this.#signs;
      await Promise.allSettled(this.#open);
      await turn();
      quiet = this.#signs === before && this.#open.size === 0 ? quiet + 1 : 0;
    }
  }
}

/** Lets everything run that can run now. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
