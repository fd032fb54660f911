import {
  AppError,
  ATTEMPTS_LOGGED_MAX,
  hurried,
  purged,
  replayed,
  requireUuid,
  type Moment,
  type TimedEvent,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { outcomeUnknown } from '../definite-outcome.js';
import { stopEntry, type Step, type StopParts } from '../stopping.js';
import type { RetryOutcome } from './sweeps.js';

/** `Sweeps.retryNow`. */
export function retryNow(parts: StopParts, components: Components): Promise<RetryOutcome> {
  return stopEntry<RetryOutcome>(parts, {
    decide: (current, tried) => retrying(current, tried, components),
    absent: () => refuseUnknownEntry(),
    gone: () => refuseUnknownEntry(),
    unknown: () => 'unknown',
  });
}

/** `Sweeps.purge`. */
export function purgeEntry(parts: StopParts, components: Components): Promise<boolean> {
  return stopEntry<boolean>(parts, {
    decide: (current) => {
      const to = purged(current, momentAfter(current, components));
      return to === undefined
        ? { kind: 'answer', answer: false }
        : { kind: 'change', to, answer: true };
    },
    absent: () => refuseUnknownEntry(),
    unknown: () => {
      throw outcomeUnknown();
    },
  });
}

/** Longer than a poller takes to begin what is due. */
const OVERDUE_MS = 15_000;

const STARTED = { kind: 'answer', answer: 'started' } as const;

function retrying(
  current: TimedEvent,
  tried: Step<RetryOutcome> | undefined,
  components: Components,
): Step<RetryOutcome> {
  if (tried?.kind === 'change' && hasBegun(tried.to, current)) return STARTED;
  const moment = momentAfter(current, components);
  const { state } = current;
  switch (state.status) {
    case 'PENDING':
      // one that is overdue may have lost its notice: it gets another
      return isDue(state.nextMs, moment) ? STARTED : starting(hurried(current, moment));
    case 'FAILED':
      requireAttemptsLeft(current);
      return starting(replayed(current, moment));
    case 'PROCESSING':
      return { kind: 'answer', answer: 'in-flight' };
    case 'COMPLETED':
    case 'CANCELLED':
    case 'SKIPPED':
    case 'DELETED':
      return { kind: 'answer', answer: 'finished' };
  }
}

function isDue(nextMs: number, { nowMs }: Moment): boolean {
  return nextMs <= nowMs && nowMs - nextMs < OVERDUE_MS;
}

/** Its log is written whole: it must not grow without an end. */
function requireAttemptsLeft({ attempts }: TimedEvent): void {
  if (attempts.length < ATTEMPTS_LOGGED_MAX) return;
  const limit = String(ATTEMPTS_LOGGED_MAX);
  const advice = 'schedule it anew with on_exists = replace';
  throw new AppError('LIMIT_EXCEEDED', `it has ${limit} attempts already: ${advice}`, { limit });
}

function starting(to: TimedEvent | undefined): Step<RetryOutcome> {
  return to === undefined ? STARTED : { kind: 'change', to, answer: 'started' };
}

/** Whether the entry was attempted since `to` was tried, or has come from it. */
function hasBegun(to: TimedEvent, current: TimedEvent): boolean {
  if (current.generation !== to.generation) return false;
  const { replay } = to.plan;
  if (replay !== undefined && current.plan.replay?.atMs === replay.atMs) return true;
  return current.attempts.length > to.attempts.length;
}

/** Never that of the last change: a notice for this moment may be about to be settled. */
function momentAfter({ updatedMs }: TimedEvent, { clock, ids }: Components): Moment {
  const nowMs = clock.nowMs();
  return { nowMs: nowMs === updatedMs ? nowMs + 1 : nowMs, change: requireUuid(ids.newId()) };
}

function refuseUnknownEntry(): never {
  throw new AppError('NOT_FOUND', 'there is no timed event of this application and event id');
}
