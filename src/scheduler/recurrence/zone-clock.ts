/** A time as a clock on a wall shows it, counted as if the wall stood in UTC. */
export type WallMs = number;

/** A time during which a zone keeps its offset. Wall time = moment + offset. */
export interface Stretch {
  /** When it begins; a later moment when it began more than two days before what was asked for. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly offsetMs: number;
  /** The offset that ends at `fromMs`. */
  readonly beforeMs: number;
}

const DAY_MS = 86_400_000;
/** Stretches are looked for, and remembered, by so much of time. */
const BLOCK_MS = 64 * DAY_MS;
/** A repeated time is at most a day after its first occurrence. */
const BACK_MS = 2 * DAY_MS;
/** No zone has ever kept an offset for less than six days since 1970. */
const SAMPLE_MS = 5 * DAY_MS;
const BLOCKS_MAX = 64;

/** How the clocks of a time zone go, as `Intl` knows it. */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #blocks = new Map<number, readonly Stretch[]>();

  /** Throws RangeError when there is no such zone. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** The stretch that a moment from 1970 on is in. */
  stretchAt(ms: number): Stretch {
    const block = Math.floor(ms / BLOCK_MS);
    const stretches = this.#blocks.get(block) ?? this.#remember(block);
    const found = stretches.find(({ fromMs, untilMs }) => fromMs <= ms && ms < untilMs);
    if (found === undefined) throw new RangeError(`${ms} is in no stretch of its block`);
    return found;
  }

  #remember(block: number): readonly Stretch[] {
    if (this.#blocks.size >= BLOCKS_MAX) this.#blocks.clear();
    const stretches = this.#stretches(block * BLOCK_MS - BACK_MS, (block + 1) * BLOCK_MS);
    this.#blocks.set(block, stretches);
    return stretches;
  }

  #stretches(fromMs: number, untilMs: number): Stretch[] {
    const stretches: Stretch[] = [];
    let offsetMs = this.#offsetAt(fromMs);
    let began = { fromMs, beforeMs: offsetMs };
    for (let sampleMs = fromMs; sampleMs < untilMs; sampleMs += SAMPLE_MS) {
      const nextMs = Math.min(sampleMs + SAMPLE_MS, untilMs);
      if (this.#offsetAt(nextMs) === offsetMs) continue;
      const changeMs = this.#changeBetween(sampleMs, nextMs);
      stretches.push({ ...began, untilMs: changeMs, offsetMs });
      began = { fromMs: changeMs, beforeMs: offsetMs };
      offsetMs = this.#offsetAt(changeMs);
    }
    if (began.fromMs < untilMs) stretches.push({ ...began, untilMs, offsetMs });
    return stretches;
  }

  /** The first moment with the offset that there is at `lateMs`. */
  #changeBetween(earlyMs: number, lateMs: number): number {
    const late = this.#offsetAt(lateMs);
    let [before, after] = [earlyMs, lateMs];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#offsetAt(middle) === late) after = middle;
      else before = middle;
    }
    return after;
  }

  #offsetAt(ms: number): number {
    const part = new Map<string, number>();
    for (const { type, value } of this.#format.formatToParts(ms)) part.set(type, Number(value));
    const field = (type: string): number => part.get(type) ?? Number.NaN;
    const wholeMs = Math.floor(ms / 1_000) * 1_000;
    const date = [field('year'), field('month') - 1, field('day')] as const;
    return Date.UTC(...date, field('hour'), field('minute'), field('second')) - wholeMs;
  }
}
