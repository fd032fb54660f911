import {
  AppError,
  cancelled,
  deleted,
  requireDueMs,
  requireName,
  requireUuid,
  rescheduled,
  scheduledAnew,
  type Moment,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventLimits,
} from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { TimedEventPage, TimedEventQuery, TimedEvents } from '../storage/index.js';
import { outcomeUnknown } from './definite-outcome.js';
import { requirePage } from './page-request.js';
import { planOf, scheduleEntry } from './schedule-entry.js';
import type {
  DeleteOutcome,
  ScheduleAnswer,
  ScheduleCommand,
  Scheduler,
  StopOutcome,
} from './scheduler.js';
import { requireReady } from './scheduler-storage.js';
import { stopEntry, type Step, type StopParts } from './stopping.js';
import type { Applications } from './tenants/applications.js';
import { OPEN_POLICIES } from './tenants/open-policies.js';
import { PendingQuota } from './tenants/pending-quota.js';
import type { Policies } from './tenants/policies.js';

export interface SchedulerParts {
  /** Undefined until the storage is open. */
  readonly timedEvents: () => TimedEvents | undefined;
  /** False while entries must not be taken on, for example when the clock cannot be trusted. */
  readonly ready: () => boolean;
  readonly limits: TimedEventLimits;
  /** For events that do not say it themselves. */
  readonly retentionMs?: number;
  readonly timeoutMs?: number;
  /** For quotas. Not given: there are none. */
  readonly policies?: Policies;
  /** Where applications are noted before their first event. */
  readonly applications?: Applications;
  readonly components: Components;
}

export const DEFAULT_RETENTION_MS = 7 * 86_400_000;
export const DEFAULT_TIMEOUT_MS = 15_000;

/** Works on whatever storage is open at the moment of a call. */
export function createScheduler(parts: SchedulerParts): Scheduler {
  return new StoredScheduler(parts);
}

class StoredScheduler implements Scheduler {
  readonly #parts: SchedulerParts;
  readonly #quota: PendingQuota;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.#quota = new PendingQuota(parts.policies ?? OPEN_POLICIES, parts.components.clock);
  }

  async schedule(command: ScheduleCommand, signal: AbortSignal): Promise<ScheduleAnswer> {
    const { limits, components } = this.#parts;
    const { retentionMs = DEFAULT_RETENTION_MS, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#parts;
    const nowMs = components.clock.nowMs();
    const plan = planOf(command, { retentionMs, timeoutMs, limits, nowMs });
    const { key, onExists } = command;
    const timedEvents = this.#ready();
    const tools = { timedEvents, signal, moment: () => this.#moment() };
    const generation = requireUuid(components.ids.newId());
    await this.#parts.applications?.remember(key.application, signal);
    return this.#quota.within(key.application, timedEvents, {
      add: () => scheduleEntry(tools, { key, plan, onExists, generation }),
      isNew: ({ outcome }) => outcome === 'scheduled',
      exists: () => timedEvents.find(key),
      signal,
    });
  }

  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    requireKey(key);
    const event = await this.#ready().find(key);
    return event?.state.status === 'DELETED' ? undefined : event;
  }

  async list(query: TimedEventQuery): Promise<TimedEventPage> {
    requireName('application', query.application);
    requirePage(query);
    return this.#ready().list(query);
  }

  async cancel(key: TimedEventKey, signal: AbortSignal): Promise<StopOutcome> {
    return stopEntry<StopOutcome>(this.#stopParts(key, signal), {
      decide: (current, tried) => this.#cancelling(current, tried),
      absent: () => refuseUnknownKey(),
      unknown: () => 'unknown',
    });
  }

  async reschedule(key: TimedEventKey, dueMs: number, signal: AbortSignal): Promise<StopOutcome> {
    const { limits, components } = this.#parts;
    requireDueMs('due_ms', dueMs, components.clock.nowMs(), limits);
    return stopEntry<StopOutcome>(this.#stopParts(key, signal), {
      decide: (current, tried) => this.#moving(current, dueMs, tried),
      absent: () => refuseUnknownKey(),
      unknown: () => 'unknown',
    });
  }

  async remove(key: TimedEventKey, signal: AbortSignal): Promise<DeleteOutcome> {
    return stopEntry<DeleteOutcome>(this.#stopParts(key, signal), {
      decide: (current) => {
        const to = deleted(current, this.#moment());
        if (to !== undefined) return { kind: 'change', to, answer: { kind: 'deleted' } };
        return { kind: 'answer', answer: { kind: 'refused', status: current.state.status } };
      },
      absent: () => ({ kind: 'not-found' }),
      unknown: () => {
        throw outcomeUnknown();
      },
    });
  }

  #cancelling(current: TimedEvent, tried: Step<StopOutcome> | undefined): Step<StopOutcome> {
    const moment = this.#moment();
    const before = deleted(current, moment);
    if (before !== undefined) return { kind: 'change', to: before, answer: 'done' };
    const during = cancelled(current, moment);
    if (during !== undefined) return { kind: 'change', to: during, answer: 'in-flight' };
    const ended = current.state.status === 'CANCELLED' && tried !== undefined;
    return { kind: 'answer', answer: ended ? 'in-flight' : 'finished' };
  }

  #moving(
    current: TimedEvent,
    dueMs: number,
    tried: Step<StopOutcome> | undefined,
  ): Step<StopOutcome> {
    if (tried?.kind === 'change' && tookEffect(tried.to, current)) {
      return { kind: 'answer', answer: tried.answer };
    }
    const { plan, state } = current;
    if (state.status === 'PENDING' && state.nextMs === dueMs && plan.dueMs === dueMs) {
      return { kind: 'answer', answer: 'done' };
    }
    const moment = this.#moment();
    const moved = rescheduled(current, dueMs, moment);
    if (moved !== undefined) return { kind: 'change', to: moved, answer: 'done' };
    if (state.status !== 'PROCESSING') return { kind: 'answer', answer: 'finished' };
    const generation = requireUuid(this.#parts.components.ids.newId());
    const to = scheduledAnew(current, { ...plan, dueMs }, generation, moment);
    return { kind: 'change', to, answer: 'in-flight' };
  }

  #stopParts(key: TimedEventKey, signal: AbortSignal): StopParts {
    requireKey(key);
    return { timedEvents: this.#ready(), key, signal };
  }

  #moment(): Moment {
    const { clock, ids } = this.#parts.components;
    return { nowMs: clock.nowMs(), change: requireUuid(ids.newId()) };
  }

  #ready(): TimedEvents {
    const { timedEvents, ready } = this.#parts;
    return requireReady({ storage: timedEvents, ready });
  }
}

/** Whether `current` is `to` or has come from it: a doubtful move that was stored after all. */
function tookEffect(to: TimedEvent, current: TimedEvent): boolean {
  return current.generation === to.generation && current.plan.dueMs === to.plan.dueMs;
}

function requireKey({ application, eventId }: TimedEventKey): void {
  requireName('application', application);
  requireName('event_id', eventId);
}

function refuseUnknownKey(): never {
  throw new AppError('NOT_FOUND', 'there is no timed event of this application and event id');
}
