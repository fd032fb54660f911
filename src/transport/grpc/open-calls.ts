/** Counts the calls that are being answered. */
export class OpenCalls {
  #open = 0;
  #watchers: (() => void)[] = [];

  begin(): void {
    this.#open += 1;
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
