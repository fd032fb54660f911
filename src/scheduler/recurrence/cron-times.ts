import type { WallPattern } from './wall-pattern.js';
import type { ZoneClock } from './zone-clock.js';
import type { Stretch } from './zone-clock.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A zone that leaves out so much leaves out a day, and its runs with it. */
const DAY_LEFT_OUT_MS = 20 * HOUR_MS;

/**
 * The nominal times of a cron expression on the clocks of a zone.
 *
 * - An hour field that begins with `*` follows the clock as it is: times that the clock repeats run
 *   twice, times that it leaves out do not run.
 * - Any other names times of day, each once a day: one that is repeated runs at its first
 *   occurrence; one that is left out, at the moment when the clock goes on (one run, however many
 *   times are left out there, and no further one when that moment is a run anyway). When a whole
 *   day is left out, so are its runs.
 */
export class CronTimes {
  readonly #pattern: WallPattern;
  readonly #clock: ZoneClock;

  constructor(pattern: WallPattern, clock: ZoneClock) {
    this.#pattern = pattern;
    this.#clock = clock;
  }

  /** The first nominal time after a moment; undefined: none in the next 400 years. */
  next(afterMs: number): number | undefined {
    let stretch = this.#clock.stretchAt(afterMs);
    for (;;) {
      const found = this.#within(stretch, afterMs);
      if (found !== undefined) return found;
      // a day before the end: its times may be repeated
      const endMs = stretch.untilMs + stretch.offsetMs;
      const wallMs = this.#pattern.firstFrom(endMs - DAY_MS);
      if (wallMs === undefined) return undefined;
      stretch = this.#clock.stretchAt(Math.max(stretch.untilMs, wallMs - 2 * DAY_MS));
    }
  }

  #within({ fromMs, untilMs, offsetMs, beforeMs }: Stretch, afterMs: number): number | undefined {
    const timesOfDay = !this.#pattern.everyHour;
    const jumpMs = offsetMs - beforeMs;
    if (timesOfDay && fromMs > afterMs && jumpMs > 0 && jumpMs < DAY_LEFT_OUT_MS) {
      const leftOut = this.#pattern.firstFrom(fromMs + beforeMs);
      if (leftOut !== undefined && leftOut < fromMs + offsetMs) return fromMs;
    }
    const wallFromMs = Math.max(afterMs + 1, fromMs) + offsetMs;
    const repeatedMs = timesOfDay ? fromMs + beforeMs : wallFromMs;
    const wallMs = this.#pattern.firstFrom(Math.max(wallFromMs, repeatedMs));
    return wallMs !== undefined && wallMs < untilMs + offsetMs ? wallMs - offsetMs : undefined;
  }
}
