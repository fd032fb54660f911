import { MinHeap } from '../../../core/index.js';
import type { PendingNotice } from './pending-notice.js';

/** Those of one application, in the order in which they come due. */
interface Lane {
  readonly application: string;
  readonly notices: MinHeap<PendingNotice>;
  /** That of its first notice. Others of the lane are out of date. */
  place: Place | undefined;
  /** Whether it was not wanted when it was met last. */
  leftOut: boolean;
}

interface Place {
  readonly lane: Lane;
  readonly nextMs: number;
}

/**
 * Notices in the order in which they come due, in a lane for each application, so that those of
 * some can be left out: however many they are, they cost the others nothing.
 */
export class NoticeLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #places = new MinHeap<Place>((left, right) => left.nextMs < right.nextMs);
  readonly #aside: Place[] = [];

  /** How many there are, without those of the applications that are left out. */
  get wantedSize(): number {
    let size = 0;
    for (const { notices, leftOut } of this.#lanes.values()) if (!leftOut) size += notices.size;
    return size;
  }

  leavesOut(application: string): boolean {
    return this.#lanes.get(application)?.leftOut === true;
  }

  push(pending: PendingNotice): void {
    const { application } = pending.notice.key;
    const lane = this.#lanes.get(application) ?? newLane(application);
    this.#lanes.set(application, lane);
    lane.notices.push(pending);
    if (lane.place === undefined || pending.notice.nextMs < lane.place.nextMs) this.#place(lane);
  }

  /** The first one of all other applications. Those left out stand aside until `restore`. */
  first(without: ReadonlySet<string>): PendingNotice | undefined {
    for (let place = this.#places.top; place !== undefined; place = this.#places.top) {
      const { lane } = place;
      if (lane.place === place) {
        lane.leftOut = without.has(lane.application);
        if (!lane.leftOut) return lane.notices.top;
        this.#aside.push(place);
      }
      this.#places.pop();
    }
    return undefined;
  }

  /** Takes what `first` has just shown. */
  shift(): void {
    const lane = this.#places.pop()?.lane;
    lane?.notices.pop();
    if (lane !== undefined) this.#place(lane);
  }

  restore(): void {
    for (const place of this.#aside.splice(0)) this.#places.push(place);
  }

  #place(lane: Lane): void {
    const first = lane.notices.top;
    lane.place = first && { lane, nextMs: first.notice.nextMs };
    if (lane.place === undefined) this.#lanes.delete(lane.application);
    else this.#places.push(lane.place);
  }
}

function newLane(application: string): Lane {
  const notices = new MinHeap<PendingNotice>(
    (left, right) => left.notice.nextMs < right.notice.nextMs,
  );
  return { application, notices, place: undefined, leftOut: false };
}
