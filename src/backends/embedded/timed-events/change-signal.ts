/** Wakes who waits in this process when a change was made in it. */
export class ChangeSignal {
  readonly #waiting = new Set<() => void>();

  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Answers how to stop being woken. */
  onWake(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
