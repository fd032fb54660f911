/** Who holds half of what is free has enough; below a quarter it may have more. */
const ENOUGH = 1 / 2;
const AGAIN_BELOW = 1 / 4;

/** How much of a bounded place each application holds, so that one leaves room to the next. */
export class HeldShares {
  readonly #max: number;
  readonly #counts = new Map<string, number>();
  readonly #over = new Set<string>();
  #total = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Those that hold enough. */
  get over(): ReadonlySet<string> {
    return this.#over;
  }

  add(application: string): void {
    const count = (this.#counts.get(application) ?? 0) + 1;
    this.#counts.set(application, count);
    this.#total += 1;
    if (count >= (this.#max - this.#total) * ENOUGH) this.#over.add(application);
  }

  remove(application: string): void {
    const count = (this.#counts.get(application) ?? 0) - 1;
    if (count > 0) this.#counts.set(application, count);
    else this.#counts.delete(application);
    this.#total -= 1;
  }

  /** Looks again at those that held enough; true when one may have more. */
  review(): boolean {
    const before = this.#over.size;
    for (const application of this.#over) {
      const count = this.#counts.get(application) ?? 0;
      if (count === 0 || count < (this.#max - this.#total) * AGAIN_BELOW) {
        this.#over.delete(application);
      }
    }
    return this.#over.size < before;
  }
}
