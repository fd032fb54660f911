/** Hands messages from a producer that is asked for each to a consumer that awaits each. */
export class OneAtATime<Item> {
  #item: Item | undefined;
  #over = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  /** What was asked for. */
  put(item: Item): void {
    this.#item = item;
    this.#wake();
  }

  /** Nothing follows; `failure`: the next `take` throws it. */
  end(failure?: Error): void {
    this.#over = true;
    this.#failure = failure;
    this.#wake();
  }

  /** The next item; undefined at the end. */
  async take(): Promise<Item | undefined> {
    while (this.#item === undefined && !this.#over) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const item = this.#item;
    this.#item = undefined;
    if (item === undefined && this.#failure !== undefined) throw this.#failure;
    return item;
  }
}
