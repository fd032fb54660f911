/** Counts the calls that are being answered. */
export class OpenCalls {
  #open = 0;
  #begun = 0;
  #watchers: (() => void)[] = [];

  /** How many calls there have been. */
  get begun(): number {
    return this.#begun;
  }

  begin(): void {
    this.#open += 1;
    this.#begun += 1;
  }

  end(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    for (const resolve of this.#watchers) resolve();
    this.#watchers = [];
  }

  /** Resolves when no call is open. */
  idle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push(resolve));
  }
}
