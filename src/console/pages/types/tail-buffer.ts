import { typeText, type RecordedEvent } from '../../api/events.js';

/** What is kept of a tail. */
const KEPT = 5_000;
/** Room for what comes between two looks, so that not each event moves all. */
const SLACK = 1_000;

/** The last events of a tail. Adding is cheap; what is shown is taken from it once a frame. */
export class TailBuffer {
  #events: RecordedEvent[] = [];
  #seen = 0;

  get seen(): number {
    return this.#seen;
  }

  add(events: readonly RecordedEvent[]): void {
    this.#seen += events.length;
    for (const event of events) this.#events.push(event);
    if (this.#events.length > KEPT + SLACK) this.#events = this.#events.slice(-KEPT);
  }

  clear(): void {
    this.#events = [];
    this.#seen = 0;
  }

  /** Newest first, of those that hold a text: everywhere, whatever its case. */
  matching(text: string): RecordedEvent[] {
    const wanted = text.trim().toLowerCase();
    const kept = this.#events.slice(-KEPT);
    return (wanted === '' ? kept : kept.filter((event) => holds(event, wanted))).reverse();
  }
}

export function holds(event: RecordedEvent, lower: string): boolean {
  const { stream, eventId, content, metadata } = event;
  return [
    typeText(event),
    stream,
    eventId,
    content.kind === 'json' ? content.text : '',
    ...Object.values(metadata),
  ].some((text) => text.toLowerCase().includes(lower));
}
