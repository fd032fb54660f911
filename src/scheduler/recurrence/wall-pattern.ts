import { Cron, CronPattern } from 'croner';
import type { WallMs } from './zone-clock.js';

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

/**
 * The wall times of a cron expression. The days are croner's; the times of a day are looked up in
 * what it has parsed, since its own steps cost 0.1 ms each.
 */
export class WallPattern {
  readonly #cron: Cron;
  readonly #hours: readonly number[];
  readonly #minutes: readonly number[];
  readonly #seconds: readonly number[];
  /** No day from `from` to before `day` matches; `day` does, undefined: none ever. */
  #known: { readonly from: number; readonly day: number | undefined } | undefined;
  /** Whether the hour field begins with `*`. */
  readonly everyHour: boolean;

  /** Throws what croner throws for an expression that is none. */
  constructor(expression: string) {
    const options = { timezone: 'UTC', mode: '5-or-6-parts' } as const;
    const parsed = new CronPattern(expression, options.timezone, options);
    this.#cron = new Cron(expression, options);
    this.#hours = indexesOf(parsed.hour);
    this.#minutes = indexesOf(parsed.minute);
    this.#seconds = indexesOf(parsed.second);
    // nicknames are replaced in it; of five fields the hour is the second, of six the third
    const fields = parsed.pattern.trim().split(/\s+/);
    this.everyHour = /^[*?]/.test(fields.at(-4) ?? '');
  }

  /** The first of its times that is not before `wallMs`. Undefined: none in the next 400 years. */
  firstFrom(wallMs: WallMs): WallMs | undefined {
    const secondMs = Math.ceil(wallMs / SECOND_MS) * SECOND_MS;
    const asked = Math.floor(secondMs / DAY_MS);
    const day = this.#dayFrom(asked);
    if (day === undefined) return undefined;
    const second = day === asked ? (secondMs - day * DAY_MS) / SECOND_MS : 0;
    const inDay = this.#timeFrom(second);
    if (inDay !== undefined) return day * DAY_MS + inDay * SECOND_MS;
    return this.firstFrom((day + 1) * DAY_MS);
  }

  /** The first day that is not before `day`; days are counted from 1970. */
  #dayFrom(day: number): number | undefined {
    const known = this.#known;
    if (known !== undefined && day >= known.from) {
      if (known.day === undefined || day <= known.day) return known.day;
    }
    const found = this.#cron.nextRun(new Date(day * DAY_MS - SECOND_MS));
    const next = found === null ? undefined : Math.floor(found.getTime() / DAY_MS);
    this.#known = { from: day, day: next };
    return next;
  }

  /** The first time of a day that is not before `second`; both in seconds. */
  #timeFrom(second: number): number | undefined {
    const [hour, minute] = [Math.floor(second / 3_600), Math.floor((second % 3_600) / 60)];
    const [firstMinute = 0] = this.#minutes;
    const [firstSecond = 0] = this.#seconds;
    if (this.#hours.includes(hour)) {
      if (this.#minutes.includes(minute)) {
        const found = this.#seconds.find((each) => each >= second % 60);
        if (found !== undefined) return hour * 3_600 + minute * 60 + found;
      }
      const later = this.#minutes.find((each) => each > minute);
      if (later !== undefined) return hour * 3_600 + later * 60 + firstSecond;
    }
    const later = this.#hours.find((each) => each > hour);
    return later === undefined ? undefined : later * 3_600 + firstMinute * 60 + firstSecond;
  }
}

function indexesOf(marks: readonly number[]): number[] {
  return marks.flatMap((mark, index) => (mark === 0 ? [] : [index]));
}
