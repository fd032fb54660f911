import type { Percentiles } from '../../model/load-result.js';
import { Latencies } from '../latencies.js';

/** What clocks of two processes may differ by; what is earlier than this is an error. */
const EARLY_MS = 1;

/** What they come to: what is missing has taken as long as was waited for it. */
export interface ArrivalFigures {
  readonly arrived: number;
  readonly missing: number;
  /** How many arrived before they were due. */
  readonly early: number;
  readonly latencyMs: Percentiles | undefined;
}

/** Holds what is expected against what arrives. Of doubles the first counts. */
export class Arrivals {
  readonly #awaited = new Map<string, number>();
  /** What came before its adding was answered, and what nobody waits for. */
  readonly #unmatched = new Map<string, number>();
  #latencies = new Latencies();
  #onEmpty: (() => void) | undefined;
  #arrived = 0;
  #early = 0;
  #lastMs = 0;

  /** When the last one arrived, by the wall clock. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** A timer that was added. */
  expect(id: string, dueMs: number): void {
    const atMs = this.#unmatched.get(id);
    if (atMs === undefined) this.#awaited.set(id, dueMs);
    else this.#count(dueMs, atMs);
  }

  record(id: string, atMs: number): void {
    const dueMs = this.#awaited.get(id);
    if (dueMs === undefined) {
      if (!this.#unmatched.has(id)) this.#unmatched.set(id, atMs);
      return;
    }
    this.#awaited.delete(id);
    this.#unmatched.set(id, atMs);
    this.#count(dueMs, atMs);
    if (this.#awaited.size === 0) this.#onEmpty?.();
  }

  /** Resolves when nothing is awaited any more, or at the limit on the wall clock. */
  async untilAll(limitMs: number): Promise<void> {
    if (this.#awaited.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, limitMs - Date.now()));
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onEmpty = undefined;
  }

  /** Nothing is waited for any longer, which was waited for until that moment. */
  close(untilMs: number): ArrivalFigures {
    const missing = this.#awaited.size;
    for (const dueMs of this.#awaited.values()) this.#latencies.add(Math.max(0, untilMs - dueMs));
    const latencyMs = this.#latencies.percentiles();
    const figures = { arrived: this.#arrived, missing, early: this.#early, latencyMs };
    this.#reset();
    return figures;
  }

  #reset(): void {
    this.#awaited.clear();
    this.#latencies = new Latencies();
    this.#arrived = 0;
    this.#early = 0;
    this.#lastMs = 0;
  }

  #count(dueMs: number, atMs: number): void {
    this.#arrived += 1;
    if (atMs < dueMs - EARLY_MS) this.#early += 1;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#latencies.add(Math.max(0, atMs - dueMs));
  }
}
