import { destinationOf, type TimedEvent, type TimedEventSummary } from '../../core/index.js';
import { lastStatusOf } from '../failures/last-status.js';
import type { StoredSweep } from './stored-sweep.js';

/** Stands for an attempt without an answer, and for no attempt at all. */
const NO_ANSWER = 0;

type Meant = Pick<StoredSweep, 'filter' | 'createdMs'>;

/**
 * Whether a sweep means an entry, as far as a list shows it: due times are left to the list. What
 * failed after the sweep was created is not meant: what it replays may fail again.
 */
export function meansSummary(
  { filter, createdMs }: Meant,
  { state, target }: Pick<TimedEventSummary, 'state' | 'target'>,
): boolean {
  if (state.status !== 'FAILED') return false;
  const { failedFromMs = 0, failedUntilMs = Infinity, destination } = filter;
  const { finishedMs } = state;
  if (finishedMs > createdMs || finishedMs < failedFromMs || finishedMs >= failedUntilMs) {
    return false;
  }
  return destination === undefined || destinationOf(target) === destination;
}

/** Of what the summary says yes to. */
export function meansStatus({ filter: { httpStatuses } }: Meant, event: TimedEvent): boolean {
  return httpStatuses.length === 0 || httpStatuses.includes(lastStatusOf(event) ?? NO_ANSWER);
}

/** Whether it means the entry as it is now. */
export function meansEntry(sweep: Meant, event: TimedEvent): boolean {
  const { state, plan } = event;
  return meansSummary(sweep, { state, target: plan.target }) && meansStatus(sweep, event);
}
