/** Generations of entries that are being looked at or called; each can be ended. */
export class UnderWay {
  readonly #endings = new Map<string, AbortController>();
  readonly #idleWaiters: (() => void)[] = [];

  get size(): number {
    return this.#endings.size;
  }

  has(generation: string): boolean {
    return this.#endings.has(generation);
  }

  /** What ends it: one signal each, since one for all would have too many listeners. */
  begin(generation: string): AbortSignal {
    const ending = new AbortController();
    this.#endings.set(generation, ending);
    return ending.signal;
  }

  remove(generation: string): void {
    this.#endings.delete(generation);
  }

  /** Tells those who wait for it when there is nothing any more. */
  tellIfIdle(): void {
    if (this.#endings.size === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  /** Resolves once there is nothing; nothing may be begun meanwhile. */
  idle(): Promise<void> {
    if (this.#endings.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  endAll(): void {
    for (const ending of this.#endings.values()) ending.abort();
  }
}
