import { DueHeap } from './due-heap.js';

/** Claimed attempts that wait for their due time by the wall clock, without timers of their own. */
export class DueWaits {
  readonly #heap = new DueHeap<() => void>();
  readonly #onEarlier: () => void;

  /** `onEarlier`: called when one waits for an earlier time than all before it. */
  constructor(onEarlier: () => void) {
    this.#onEarlier = onEarlier;
  }

  get firstMs(): number {
    return this.#heap.firstMs;
  }

  /** Resolves when `release` says that the time has come, or sooner: look at the clock again. */
  wait(atMs: number): Promise<void> {
    return new Promise((resolve) => {
      const earlier = atMs < this.#heap.firstMs;
      this.#heap.push(atMs, resolve);
      if (earlier) this.#onEarlier();
    });
  }

  release(untilMs: number): void {
    for (;;) {
      const wake = this.#heap.popUntil(untilMs);
      if (wake === undefined) return;
      wake();
    }
  }
}
