import type { Clock } from '../runtime/index.js';
import type { Dispatcher } from '../scheduler/index.js';

/** One attempt of a timed event that is over. */
export interface FiredTimer {
  readonly application: string;
  readonly eventId: string;
  /** What its target was. */
  readonly kind: 'http' | 'append';
  /** From 1 on. */
  readonly attempt: number;
  /** When it was due, ms since the epoch. */
  readonly dueMs: number;
  /** When the attempt was made. */
  readonly atMs: number;
  /** The answer's; that of an append is the one that it would have over HTTP: 200, 409. */
  readonly status: number | undefined;
  /** Why there was no answer. */
  readonly error: string | undefined;
}

/** The same dispatcher; every attempt of a user's event that it makes is added to `fired`. */
export function noting(inner: Dispatcher, clock: Clock, fired: FiredTimer[]): Dispatcher {
  return {
    close: () => inner.close(),
    call: async (outgoing, mayBegin) => {
      const { key, attempt, dueMs, target } = outgoing;
      if (target.kind === 'task') return inner.call(outgoing, mayBegin);
      let atMs = clock.nowMs();
      const result = await inner.call(outgoing, () => {
        atMs = clock.nowMs();
        return mayBegin();
      });
      if (result.kind === 'withdrawn') return result;
      const status = result.kind === 'answered' ? result.status : undefined;
      const error = result.kind === 'failed' ? result.error : undefined;
      fired.push({ ...key, kind: target.kind, attempt, dueMs, atMs, status, error });
      return result;
    },
  };
}
