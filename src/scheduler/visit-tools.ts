import { requireUuid, type Moment, type TimedEvent, type Uuid } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { Documents, DueQueue, TimedEvents } from '../storage/index.js';
import type { CallVerdict } from './circuit-breaker.js';
import type { Dispatcher } from './dispatcher.js';
import type { DueWaits } from './due-waits.js';
import type { EntryHooks } from './entry-hooks.js';
import type { PollerSettings } from './poller-settings.js';
import { newCounts, type PollerCounts } from './poller-stats.js';
import type { Policies } from './tenants/policies.js';

/** What becomes of a notice. `drop`: it is another poller's, or nobody's: say nothing. */
export type Next =
  | { readonly kind: 'settle' }
  | { readonly kind: 'postpone'; readonly atMs: number }
  | { readonly kind: 'drop' };

export const SETTLE: Next = { kind: 'settle' };
export const DROP: Next = { kind: 'drop' };

/** After a write of unknown outcome: long enough for it to be over mostly. */
export const AFTER_UNKNOWN_MS = 1_000;
/** While the storage cannot be reached. */
export const AFTER_UNAVAILABLE_MS = 500;

/** What all visits of one poller share. */
export interface VisitTools {
  readonly timedEvents: TimedEvents;
  readonly queue: DueQueue;
  readonly dispatcher: Dispatcher;
  readonly components: Components;
  readonly settings: PollerSettings;
  readonly policies: Policies;
  /** Where limits are shared. */
  readonly documents: () => Documents | undefined;
  readonly hooks: EntryHooks;
  readonly poller: Uuid;
  readonly counts: PollerCounts;
  readonly waits: DueWaits;
  /** False once the poller stops, or must not fire. */
  readonly mayBegin: () => boolean;
  /** Something may be taken from the queue. */
  readonly wantTake: () => void;
  /** Claims of ours whose call was made and whose result could not be stored. */
  readonly unreported: Set<string>;
  readonly onAttempt: (latenessMs: number) => void;
}

/** What one visit has for itself. */
export interface VisitRights {
  /** Gives the ticket of the gate back, as soon as the call is over. */
  readonly release: (verdict: CallVerdict) => void;
  /** Whether pauses and limits let the call begin: asked when it is about to. Then it counts. */
  readonly mayBegin: () => boolean;
  /** Aborted when the poller does not wait for it any longer. */
  readonly signal: AbortSignal;
}

export function postponeBy(ms: number, nowMs: number): Next {
  return { kind: 'postpone', atMs: nowMs + ms };
}

export function momentOf({ clock, ids }: Components): Moment {
  return { nowMs: clock.nowMs(), change: requireUuid(ids.newId()) };
}

/** Where an entry is counted. What the scheduler does for itself is not: those go nowhere. */
export function countsOf({ plan }: TimedEvent, { counts }: VisitTools): PollerCounts {
  return plan.target.kind === 'task' ? newCounts() : counts;
}

/** Names a claimed state of an entry. */
export function claimText({ generation, change }: TimedEvent): string {
  return `${generation} ${change}`;
}
