import type { Cassadra } from '../../../src/client/index.js';
import type { HandledEvent } from './handled-log.js';
import { TYPES, type ReaderPlan } from './reader-plan.js';

const READ_MS = 60_000;

interface StoredEvent extends HandledEvent {
  readonly type: string | undefined;
}

/** All events of the types, as the storage has them at rest, in the order of its feed. */
export class WrittenFeed {
  readonly #events: readonly StoredEvent[];

  private constructor(events: readonly StoredEvent[]) {
    this.#events = events;
  }

  /**
   * `count` events and what follows them. The mark of a server that was killed holds the feed back
   * for a while, so that a page at its end is not yet all; after a minute it is.
   */
  static async read(store: Cassadra, count: number): Promise<WrittenFeed> {
    const events: StoredEvent[] = [];
    const untilMs = performance.now() + READ_MS;
    let cursor: string | undefined;
    for (;;) {
      const page = await store.poll({ types: TYPES, cursor, limit: 1_000, waitMs: 1_000 });
      cursor = page.nextCursor;
      for (const { eventId = '', stream, version, type } of page.events) {
        events.push({ eventId, stream, version, type });
      }
      const whole = events.length >= count || performance.now() > untilMs;
      if (page.caughtUp && whole) return new WrittenFeed(events);
    }
  }

  get size(): number {
    return this.#events.length;
  }

  /** What a reader is to see of it. */
  of({ types, stream }: ReaderPlan): readonly HandledEvent[] {
    return this.#events.filter(
      (event) =>
        (types?.includes(event.type ?? '') ?? true) &&
        (stream === undefined || event.stream === stream),
    );
  }

  /**
   * Against what writers know, and against the streams themselves: nothing acknowledged is lost or
   * doubled, nothing else is there, versions have no gap.
   */
  async faults(store: Cassadra, acknowledged: ReadonlyMap<string, string>): Promise<string[]> {
    const faults = this.#events
      .filter((event) => acknowledged.get(event.eventId) !== placeOf(event))
      .map((event) => `${placeOf(event)} was acknowledged as ${acknowledged.get(event.eventId)}`);
    const ids = new Set(this.#events.map((event) => event.eventId));
    if (ids.size !== this.#events.length) faults.push('the feed has an event twice');
    const lost = [...acknowledged].filter(([eventId]) => !ids.has(eventId));
    faults.push(...lost.map(([, place]) => `${place} is not in the feed`));
    for (const stream of new Set(this.#events.map((event) => event.stream))) {
      let version = 0;
      for await (const event of store.read(stream)) {
        version += 1;
        const isAsWritten = acknowledged.get(event.eventId ?? '') === `${stream} ${version}`;
        if (event.version !== version || !isAsWritten) faults.push(`${stream} ${version} is wrong`);
      }
    }
    return faults;
  }
}

/** Stream and version. */
export function placeOf({ stream, version }: HandledEvent): string {
  return `${stream} ${version}`;
}
