import {
  AppError,
  invalidField,
  requireName,
  requireRange,
  requireWellFormed,
  requireWithin,
  textBytes,
  type DecidedRun,
  type Schedule,
  type ScheduleKey,
  type SchedulePlan,
  type TimedEventLimits,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { comingRuns, type ComingRun } from '../recurrence/coming-runs.js';
import { requirePage, type PageRequest } from '../page-request.js';
import { requireReady, type SchedulerStorage, type SchedulerTools } from '../scheduler-storage.js';
import type { OnExists } from '../scheduler.js';
import type { Applications } from '../tenants/applications.js';
import { changeSchedule, noSchedule, removeWhole, type Before } from './change-schedule.js';
import { createSchedule } from './create-schedule.js';
import { isUnderWay } from './decide-backfill.js';
import { requireScheduleId } from './run-ids.js';
import { decodeSchedule } from './schedule-codec.js';
import { findSchedule, listSchedules } from './schedule-documents.js';
import { requireMoment, requirePerSecond, schedulePlanOf } from './schedule-plan.js';
import { paused, resumed, sameBackfill, withBackfill } from './schedule-values.js';
import type {
  CreatedSchedule,
  ScheduleDraft,
  SchedulePage,
  Schedules,
  SkippedRunsPage,
} from './schedules.js';
import { pageOfSkipped } from './skipped-runs.js';
import { triggerRun } from './trigger-run.js';
import { updated } from './update-schedule.js';

export interface SchedulesParts {
  /** Undefined until the storage is open. */
  readonly storage: () => SchedulerStorage | undefined;
  /** False while nothing must be taken on, for example when the clock cannot be trusted. */
  readonly ready: () => boolean;
  readonly limits: TimedEventLimits;
  /** For runs that do not say it themselves. */
  readonly retentionMs: number;
  readonly timeoutMs: number;
  readonly components: Components;
  /** Where applications are noted before their first schedule. */
  readonly applications?: Applications;
}

const COUNT = { min: 1, max: 1_000 };
const NOTE_BYTES_MAX = 1_000;

/** Works on whatever storage is open at the moment of a call. */
export function createSchedules(parts: SchedulesParts): Schedules {
  return new StoredSchedules(parts);
}

class StoredSchedules implements Schedules {
  readonly #parts: SchedulesParts;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
  }

  async create(
    draft: ScheduleDraft,
    onExists: OnExists,
    signal: AbortSignal,
  ): Promise<CreatedSchedule> {
    const plan = this.#planOf(draft);
    await this.#parts.applications?.remember(draft.key.application, signal);
    return createSchedule({ key: draft.key, plan, onExists }, this.#tools(signal));
  }

  async update(
    draft: ScheduleDraft,
    expectedRevision: number | undefined,
    signal: AbortSignal,
  ): Promise<Schedule> {
    const plan = this.#planOf(draft);
    const change = (schedule: Schedule): Schedule =>
      updated(schedule, plan, expectedRevision, this.#nowMs());
    return this.#change(draft.key, 'due', change, signal);
  }

  async find(key: ScheduleKey): Promise<Schedule | undefined> {
    requireKey(key);
    return (await findSchedule(this.#ready().documents, key))?.schedule;
  }

  async list(application: string, page: PageRequest): Promise<SchedulePage> {
    requireName('application', application);
    requirePage(page);
    const { documents, next } = await listSchedules(this.#ready().documents, application, page);
    return { schedules: documents.map(({ content }) => decodeSchedule(content)), next };
  }

  async remove(key: ScheduleKey, signal: AbortSignal): Promise<void> {
    requireKey(key);
    await removeWhole(key, this.#tools(signal));
  }

  async pause(key: ScheduleKey, note: string, signal: AbortSignal): Promise<Schedule> {
    requireWellFormed('note', note);
    requireWithin('note', textBytes(note), NOTE_BYTES_MAX, 'bytes');
    const change = (schedule: Schedule): Schedule => paused(schedule, note, this.#nowMs());
    return this.#change(key, 'nothing', change, signal);
  }

  async resume(key: ScheduleKey, signal: AbortSignal): Promise<Schedule> {
    // what was due is skipped before: nothing is caught up on
    const change = (schedule: Schedule): Schedule => resumed(schedule, this.#nowMs());
    return this.#change(key, 'due', change, signal);
  }

  async trigger(
    key: ScheduleKey,
    triggerId: string | undefined,
    signal: AbortSignal,
  ): Promise<DecidedRun> {
    requireKey(key);
    const tools = this.#tools(signal);
    return triggerRun(key, triggerId ?? tools.components.ids.newId(), tools);
  }

  async backfill(
    key: ScheduleKey,
    range: { readonly fromMs: number; readonly untilMs: number; readonly perSecond: number },
    signal: AbortSignal,
  ): Promise<Schedule> {
    requireMoment('from_ms', range.fromMs);
    requireMoment('until_ms', range.untilMs);
    if (range.untilMs <= range.fromMs || range.untilMs > this.#nowMs()) {
      throw invalidField('until_ms', 'must be later than from_ms, and not later than now');
    }
    requirePerSecond('per_second', range.perSecond);
    return this.#change(key, 'nothing', (schedule) => backfilled(schedule, range), signal);
  }

  async nextRuns(key: ScheduleKey, afterMs: number, count: number): Promise<readonly ComingRun[]> {
    requireRange('count', count, COUNT);
    requireMoment('after_ms', afterMs);
    const { plan, decidedMs } = await this.#existing(key);
    const range = { afterMs: Math.max(afterMs, decidedMs), limit: count };
    return comingRuns(key, plan.timing, range);
  }

  async skippedRuns(key: ScheduleKey, page: PageRequest): Promise<SkippedRunsPage> {
    requirePage(page);
    const schedule = await this.#existing(key);
    return pageOfSkipped(schedule, page, this.#ready().documents);
  }

  async #existing(key: ScheduleKey): Promise<Schedule> {
    const schedule = await this.find(key);
    if (schedule === undefined) throw noSchedule();
    return schedule;
  }

  async #change(
    key: ScheduleKey,
    before: Before,
    change: (schedule: Schedule) => Schedule,
    signal: AbortSignal,
  ): Promise<Schedule> {
    requireKey(key);
    return changeSchedule(key, before, change, this.#tools(signal));
  }

  #planOf(draft: ScheduleDraft): SchedulePlan {
    const { limits, retentionMs, timeoutMs } = this.#parts;
    return schedulePlanOf(draft, { limits, retentionMs, timeoutMs, nowMs: this.#nowMs() });
  }

  #nowMs(): number {
    return this.#parts.components.clock.nowMs();
  }

  #tools(signal: AbortSignal): SchedulerTools {
    return { ...this.#ready(), components: this.#parts.components, signal };
  }

  #ready(): SchedulerStorage {
    return requireReady(this.#parts);
  }
}

/** The same range again while it is under way is the same wish. BACKFILL_RUNNING for another. */
function backfilled(
  schedule: Schedule,
  range: { readonly fromMs: number; readonly untilMs: number; readonly perSecond: number },
): Schedule {
  const { backfill } = schedule;
  if (!isUnderWay(backfill)) return withBackfill(schedule, range);
  if (sameBackfill(backfill, range)) return schedule;
  throw new AppError('BACKFILL_RUNNING', 'a backfill of this schedule is under way');
}

function requireKey({ application, scheduleId }: ScheduleKey): void {
  requireName('application', application);
  requireScheduleId(scheduleId);
}
