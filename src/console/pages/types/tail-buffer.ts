import type { RecordedEvent } from '../../api/events.js';

/** What is kept of a tail: so many events, and so many characters of them. */
const KEPT = 5_000;
const CHARACTERS_MAX = 64_000_000;
/** Room for what comes between two looks, so that not each event moves all. */
const SLACK = 1_000;

/** The last events of a tail. Adding is cheap; what is shown is taken from it once a frame. */
export class TailBuffer {
  readonly #charactersMax: number;
  #events: RecordedEvent[] = [];
  #characters = 0;
  #seen = 0;

  constructor(charactersMax = CHARACTERS_MAX) {
    this.#charactersMax = charactersMax;
  }

  get seen(): number {
    return this.#seen;
  }

  add(events: readonly RecordedEvent[]): void {
    this.#seen += events.length;
    for (const event of events) {
      this.#events.push(event);
      this.#characters += charactersOf(event);
    }
    const many = this.#events.length > KEPT + SLACK;
    if (many || this.#characters > this.#charactersMax) this.#forget();
  }

  clear(): void {
    this.#events = [];
    this.#characters = 0;
    this.#seen = 0;
  }

  /** Newest first. */
  latest(): RecordedEvent[] {
    return this.#events.slice(-KEPT).reverse();
  }

  /** The oldest go; the newest stays, however large it is. */
  #forget(): void {
    let { length: left } = this.#events;
    for (const event of this.#events) {
      const fits = left <= KEPT && this.#characters <= this.#charactersMax;
      if (fits || left === 1) break;
      this.#characters -= charactersOf(event);
      left -= 1;
    }
    this.#events = this.#events.slice(-left);
  }
}

function charactersOf({ content, metadata }: RecordedEvent): number {
  const payload = content.kind === 'json' ? content.text : content.base64;
  return Object.values(metadata).reduce((sum, text) => sum + text.length, payload.length);
}
