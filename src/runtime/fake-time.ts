import type { Clock } from './clock.js';
import { timersBy, type Timers } from './timers.js';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeTime implements Clock, Timers {
  #wallMs: number;
  #monotonicMs = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly #timers = timersBy((ms, run) => {
    const wake = (): void => {
      this.#sleepers.delete(sleeper);
      run();
    };
    const sleeper: Sleeper = { wakeAtMs: this.#monotonicMs + ms, wake };
    this.#sleepers.add(sleeper);
    return () => void this.#sleepers.delete(sleeper);
  });

  constructor(startMs = 1_700_000_000_000) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#timers.sleep(ms, signal);
  }

  after(ms: number, run: () => void): () => void {
    return this.#timers.after(ms, run);
  }

  /** How far time has to move for somebody to wake; Infinity when nobody sleeps. */
  msUntilWake(): number {
    const wakeAtMs = [...this.#sleepers].map((sleeper) => sleeper.wakeAtMs);
    return Math.max(0, Math.min(...wakeAtMs) - this.#monotonicMs);
  }

  /** Moves both clocks on and wakes, in order of their time, who slept that long. */
  advance(ms: number): void {
    const untilMs = this.#monotonicMs + ms;
    const due = [...this.#sleepers]
      .filter((sleeper) => sleeper.wakeAtMs <= untilMs)
      .sort((left, right) => left.wakeAtMs - right.wakeAtMs);
    this.#wallMs += ms;
    this.#monotonicMs = untilMs;
    for (const sleeper of due) if (this.#sleepers.has(sleeper)) sleeper.wake();
  }

  /** Sets the wall clock only, as an operator or NTP would. */
  jumpWallTo(nowMs: number): void {
    this.#wallMs = nowMs;
  }
}
