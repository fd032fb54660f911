import type { RecordedEvent } from '../../api/events.js';

/** Events as they were written, each once; within a stream by version. */
export class FoundEvents {
  readonly #byPlace = new Map<string, RecordedEvent>();
  readonly #byId = new Map<string, RecordedEvent>();
  #ordered: RecordedEvent[] = [];
  #isOrdered = true;

  /** After a loss some come again. */
  add(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const place = `${event.streamId} ${String(event.version)}`;
      if (this.#byPlace.has(place)) continue;
      this.#byPlace.set(place, event);
      this.#byId.set(event.eventId, event);
      this.#ordered.push(event);
      this.#isOrdered = false;
    }
  }

  /** Those there are now; sorted when asked for, so ask once a frame. */
  inOrder(): readonly RecordedEvent[] {
    if (!this.#isOrdered) {
      this.#ordered = this.#ordered.toSorted(
        (one, other) => one.savetimeMs - other.savetimeMs || one.version - other.version,
      );
      this.#isOrdered = true;
    }
    return this.#ordered;
  }

  /** The event that caused another, when it is among them. */
  causeOf({ metadata: { causationId } }: RecordedEvent): RecordedEvent | undefined {
    return causationId === undefined ? undefined : this.#byId.get(causationId);
  }
}
