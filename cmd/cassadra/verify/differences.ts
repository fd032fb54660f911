import type { RecordedEvent } from '../../../src/client/index.js';
import { fingerprintOf } from './event-sum.js';

/**
 * - `missing`: a reader by type never sees it.
 * - `doubled`: the feed has it more than once.
 * - `unfounded`: the feed has it, its stream has not.
 * - `different`: feed and stream say something else of it.
 */
export type DifferenceKind = 'missing' | 'doubled' | 'unfounded' | 'different';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly stream: string;
  readonly streamId: string;
  readonly version: number;
  readonly typeCode: number;
  readonly savetimeMs: number;
  readonly eventId?: string;
}

interface Seen {
  readonly event: RecordedEvent;
  readonly fingerprint: Buffer;
  times: number;
}

function difference(kind: DifferenceKind, event: RecordedEvent): Difference {
  const { stream, streamId, version, typeCode, savetimeMs, eventId } = event;
  const id = eventId === undefined ? {} : { eventId };
  return { kind, stream, streamId, version, typeCode, savetimeMs, ...id };
}

function placeOf({ streamId, version }: RecordedEvent): string {
  return `${streamId} ${version}`;
}

/** Compares event by event. First everything of the streams is told, then that of the feed. */
export class EventComparison {
  readonly #streams = new Map<string, Seen>();
  readonly #found: Difference[] = [];

  inStream(event: RecordedEvent): void {
    this.#streams.set(placeOf(event), { event, fingerprint: fingerprintOf(event), times: 0 });
  }

  inFeed(event: RecordedEvent): void {
    const seen = this.#streams.get(placeOf(event));
    if (seen === undefined) {
      this.#found.push(difference('unfounded', event));
      return;
    }
    seen.times += 1;
    if (seen.times > 1) this.#found.push(difference('doubled', event));
    else if (!seen.fingerprint.equals(fingerprintOf(event)))
      this.#found.push(difference('different', event));
  }

  /** All there are, once both sides have been told. */
  differences(): readonly Difference[] {
    const missing = [...this.#streams.values()]
      .filter(({ times }) => times === 0)
      .map(({ event }) => difference('missing', event));
    return [...missing, ...this.#found];
  }
}
