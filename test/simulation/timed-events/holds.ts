import type { VirtualTime } from '../../../src/runtime/index.js';

/** A write that nobody was told of may take effect within it. */
const DOUBT_MS = 40_000;

/** What was stopped by an acknowledged call, until somebody may have let it go on. */
export class Holds {
  readonly #time: VirtualTime;
  readonly #since = new Map<string, number>();
  readonly #lifting = new Map<string, number>();
  readonly #doubtMs = new Map<string, number>();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  sinceMs(name: string): number | undefined {
    return this.#since.get(name);
  }

  /** Somebody asks that it goes on. */
  liftBegins(name: string): void {
    this.#since.delete(name);
    this.#lifting.set(name, (this.#lifting.get(name) ?? 0) + 1);
    this.#doubtMs.set(name, Math.max(this.#doubtMs.get(name) ?? 0, this.#time.nowMs));
  }

  liftEnds(name: string, definite: boolean): void {
    this.#lifting.set(name, (this.#lifting.get(name) ?? 1) - 1);
    const untilMs = this.#time.nowMs + (definite ? 0 : DOUBT_MS);
    this.#doubtMs.set(name, Math.max(this.#doubtMs.get(name) ?? 0, untilMs));
  }

  /** A call of `invokedMs` that stops it was acknowledged. */
  held(name: string, invokedMs: number): void {
    if ((this.#lifting.get(name) ?? 0) > 0) return;
    if ((this.#doubtMs.get(name) ?? -1) >= invokedMs) return;
    if (!this.#since.has(name)) this.#since.set(name, this.#time.nowMs);
  }
}
