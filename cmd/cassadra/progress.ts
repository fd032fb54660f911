import type { Clock } from '../../src/runtime/index.js';
import { remainingText } from './times.js';

const TERMINAL_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;
const BAR_WIDTH = 24;
/** The rate is that of about the last so many milliseconds. */
const RATE_OVER_MS = 10_000;

/** Where progress is shown: standard error, so that standard output stays clean. */
export interface ProgressPlace {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Amount {
  readonly events: number;
  /** What part of everything is done, 0 to 1; undefined: nobody knows. */
  readonly part: number | undefined;
  /** What is being done, where it is more than one thing. */
  readonly label?: string;
}

/**
 * Shows how far a long run is: a bar with rate and time left that is drawn over on a terminal, a
 * line every few seconds elsewhere. Costs nothing between two drawings.
 */
export class Progress {
  readonly #place: ProgressPlace;
  readonly #clock: Clock;
  readonly #startMs: number;
  #drawnMs: number;
  #recent: { readonly atMs: number; readonly events: number };
  #older: { readonly atMs: number; readonly events: number };
  #drawn = false;

  constructor(place: ProgressPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    this.#drawnMs = this.#startMs;
    this.#recent = { atMs: this.#startMs, events: 0 };
    this.#older = this.#recent;
  }

  /** Draws when it is time to. */
  update(amount: () => Amount): void {
    const nowMs = this.#clock.monotonicMs();
    const everyMs = this.#place.isTTY === true ? TERMINAL_EVERY_MS : LINE_EVERY_MS;
    if (nowMs - this.#drawnMs < everyMs) return;
    this.#drawnMs = nowMs;
    const { events, part, label } = amount();
    const line = `${label === undefined ? '' : `${label}: `}${this.#line(events, part, nowMs)}`;
    this.#place.write(this.#place.isTTY === true ? `\r\u001b[2K${line}` : `${line}\n`);
    this.#drawn = true;
  }

  /** Clears the bar, so that a last line can stand in its place. */
  end(): void {
    if (this.#drawn && this.#place.isTTY === true) this.#place.write('\r\u001b[2K');
  }

  #line(events: number, part: number | undefined, nowMs: number): string {
    if (nowMs - this.#recent.atMs >= RATE_OVER_MS) {
      this.#older = this.#recent;
      this.#recent = { atMs: nowMs, events };
    }
    const passedMs = Math.max(1, nowMs - this.#older.atMs);
    const rate = Math.round((Math.max(0, events - this.#older.events) * 1_000) / passedMs);
    const head = part === undefined ? '' : `${barOf(part)} ${Math.floor(part * 100)} % `;
    const left = part === undefined || part === 0 ? '' : `, ${this.#left(part, nowMs)} left`;
    return `${head}${events} events, ${rate}/s${left}`;
  }

  #left(part: number, nowMs: number): string {
    return remainingText(((nowMs - this.#startMs) * (1 - part)) / part);
  }
}

function barOf(part: number): string {
  const full = Math.round(part * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}]`;
}
