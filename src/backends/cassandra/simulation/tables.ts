import { compareInView, type ViewPlace } from '../view-order.js';

/** An event as the simulated table and view have it. */
export interface StoredEvent {
  readonly stream: string;
  readonly version: number;
  readonly savetimeMs: number;
  readonly type: number;
  readonly eventId: string;
  readonly text: string;
  /** From then on reads of the view show it, with its columns or without. */
  readonly shownAtMs: number;
  /** From then on with its columns. */
  readonly filledAtMs: number;
}

export interface StoredStream {
  version: number;
  lastSavetimeMs: number;
  readonly events: StoredEvent[];
}

/** One row of `feed_marks`; each column as the latest write that has arrived left it. */
export interface MarkRow {
  readonly server: string;
  readonly beat: number;
  readonly markMs: number | undefined;
  readonly ackedMs: number;
  /** Null: taken back. Undefined: left as it is. */
  readonly ceilingMs: number | null | undefined;
}

/** Index of the first event that is not below `place`. */
export function lowerBound(events: readonly StoredEvent[], place: ViewPlace): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event !== undefined && compareInView(event, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What Cassandra has. Every change is at one moment; who sees it when is the session's matter. */
export class Tables {
  readonly streams = new Map<string, StoredStream>();
  readonly #view = new Map<number, StoredEvent[]>();
  readonly #marks = new Map<string, { row: MarkRow; stamp: number }>();

  view(type: number): readonly StoredEvent[] {
    return this.#view.get(type) ?? [];
  }

  append(stream: string, events: readonly StoredEvent[]): void {
    const stored = this.streams.get(stream) ?? { version: 0, lastSavetimeMs: 0, events: [] };
    this.streams.set(stream, stored);
    for (const event of events) {
      stored.events.push(event);
      const ofType = this.#view.get(event.type) ?? [];
      this.#view.set(event.type, ofType);
      ofType.splice(lowerBound(ofType, event), 0, event);
    }
  }

  /** The latest time stamp of a server wins, whatever arrives last. */
  putMark(row: MarkRow, stamp: number): void {
    const before = this.#marks.get(row.server);
    if (before === undefined) this.#marks.set(row.server, { row, stamp });
    else if (stamp > before.stamp) {
      const ceilingMs = row.ceilingMs === undefined ? before.row.ceilingMs : row.ceilingMs;
      this.#marks.set(row.server, { row: { ...row, ceilingMs }, stamp });
    } else if (before.row.ceilingMs === undefined) {
      const { ceilingMs } = row;
      this.#marks.set(row.server, { row: { ...before.row, ceilingMs }, stamp: before.stamp });
    }
  }

  marks(): MarkRow[] {
    return [...this.#marks.values()].map(({ row }) => row);
  }
}
