import { appendBytes, sameEvent, type StreamAppend } from '../core/index.js';
import type { AppendOutcome } from '../storage/index.js';

/** Somebody who waits for the answer to an append. */
export interface Caller {
  /** It came with an append that was there already. */
  readonly joined: boolean;
  answer(outcome: AppendOutcome): void;
  refuse(error: Error): void;
}

/** An append that waits or is in flight, with everybody who waits for its answer. */
export class QueuedAppend {
  readonly append: StreamAppend;
  /** What it counts towards limits. */
  readonly bytes: number;
  readonly callers = new Set<Caller>();

  constructor(append: StreamAppend) {
    this.append = append;
    this.bytes = appendBytes(append);
  }

  /** The name under which a twin is looked for. */
  get key(): string {
    return this.append.events[0]?.eventId ?? '';
  }

  /** Whether `other` is the very same append: same expectation, ids and contents. */
  isTwinOf(other: StreamAppend): boolean {
    const { expected, events } = this.append;
    const version = expected.kind === 'exact' ? expected.version : undefined;
    const wanted = other.expected.kind === 'exact' ? other.expected.version : undefined;
    return (
      expected.kind === other.expected.kind &&
      version === wanted &&
      events.length === other.events.length &&
      events.every((event, index) => {
        const twin = other.events[index];
        return twin !== undefined && twin.eventId === event.eventId && sameEvent(twin, event);
      })
    );
  }

  /** Answers everybody; who joined learns that it was somebody else's write. */
  settle(outcome: AppendOutcome): void {
    for (const caller of this.callers) {
      const repeated = caller.joined && outcome.kind === 'appended';
      caller.answer(repeated ? { ...outcome, kind: 'duplicate' } : outcome);
    }
    this.callers.clear();
  }

  /** Refuses everybody: nothing was written. */
  refuse(error: Error): void {
    for (const caller of this.callers) caller.refuse(error);
    this.callers.clear();
  }
}
