import { endOf } from '../core/index.js';
import type { ChangeOutcome, TimedEventChange, TimedEvents } from '../storage/index.js';

/**
 * How a change ended, by the time that `signal` is aborted: from then on `unknown`. Throws the
 * call's end when that came before anything was written.
 */
export function changeUntilEnd(
  timedEvents: TimedEvents,
  change: TimedEventChange,
  signal: AbortSignal,
): Promise<ChangeOutcome> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(endOf(signal));
      return;
    }
    const end = (): void => resolve({ kind: 'unknown' });
    signal.addEventListener('abort', end, { once: true });
    const work = timedEvents.change(change, signal);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
