import {
  RecurringScheduleServiceService as METHODS,
  type Schedule as WireSchedule,
} from '../../gen/cassadra/v1/scheduler.js';
import { encodeCount } from '../counts.js';
import { invalidField, StoreError } from '../errors.js';
import { encodeMoment } from '../moment.js';
import type { NewId } from '../new-event.js';
import { pagesOf } from '../pages.js';
import { requireFilled, requireText } from '../require-text.js';
import type { ClientTime } from '../time.js';
import { outcomeOf, repeated } from '../timers/schedule-one.js';
import { ON_EXISTS } from '../timers/timed-event-request.js';
import type { CallLimits } from '../tries.js';
import { callUnary, type Wire } from '../unary.js';
import { goneMeans, requireAnswered, writeUntilKnown } from '../write-until-known.js';
import { encodePlan } from './encode-plan.js';
import type { SchedulePlan } from './schedule-plan.js';
import {
  decodeComing,
  decodeSchedule,
  decodeScheduledRun,
  decodeSkipped,
  decodeState,
  type ComingRun,
  type Schedule,
  type ScheduledRun,
  type ScheduleState,
  type SkippedRuns,
} from './schedule.js';
import type {
  BackfillRange,
  CreatedSchedule,
  NextRunsOptions,
  PauseOptions,
  ScheduleRequest,
  Schedules,
  TriggerOptions,
  UpdateOptions,
} from './schedules.js';
import { backfillsAsAsked, changedSince, updatedAsAsked } from './settle-by-state.js';

export interface WireSchedulesParts {
  readonly wire: Wire;
  readonly time: ClientTime;
  readonly newId: NewId;
}

/** Schedules over a wire. */
export class WireSchedules implements Schedules {
  readonly #wire: Wire;
  readonly #parts: WireSchedulesParts;

  constructor(parts: WireSchedulesParts) {
    this.#wire = parts.wire;
    this.#parts = parts;
  }

  async create(request: ScheduleRequest, limits: CallLimits = {}): Promise<CreatedSchedule> {
    const { application, scheduleId, onExists = 'reject' } = request;
    const encoded = {
      ...keyOf(application, scheduleId),
      plan: encodePlan(request, this.#parts.time),
      onExists: ON_EXISTS.encode(onExists, 'onExists'),
    };
    return writeUntilKnown(this.#wire, METHODS.createSchedule, encoded, {
      ...limits,
      repeated,
      // what is there is not equal, so it is not what an earlier try has written
      provesUnwritten: ({ reason }) => reason === 'SCHEDULE_EXISTS',
      read: ({ schedule, outcome }, wasRepeated) => {
        const what = outcomeOf(outcome, wasRepeated);
        return { outcome: what === 'scheduled' ? 'created' : what, schedule: stateOf(schedule) };
      },
    });
  }

  async update(
    application: string,
    scheduleId: string,
    plan: SchedulePlan,
    { expectedRevision, ...limits }: UpdateOptions = {},
  ): Promise<ScheduleState> {
    const request = {
      ...keyOf(application, scheduleId),
      plan: encodePlan(plan, this.#parts.time),
      expectedRevision: revisionOf(expectedRevision),
    };
    try {
      return await writeUntilKnown(this.#wire, METHODS.updateSchedule, request, {
        ...limits,
        read: readState,
        settledBy: async ({ reason }, options) => {
          if (reason !== 'REVISION_CONFLICT') return undefined;
          const schedule = await updatedAsAsked(this.#wire, request, options);
          return schedule && decodeState(schedule);
        },
      });
    } catch (error) {
      throw changedSince(error);
    }
  }

  async get(
    application: string,
    scheduleId: string,
    limits: CallLimits = {},
  ): Promise<Schedule | undefined> {
    const request = keyOf(application, scheduleId);
    try {
      const { schedule } = await callUnary(this.#wire, METHODS.getSchedule, request, limits);
      return schedule && decodeSchedule(schedule);
    } catch (error) {
      if (error instanceof StoreError && error.reason === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  async *list(
    application: string,
    limits: CallLimits = {},
  ): AsyncGenerator<ScheduleState, void, undefined> {
    requireText(application, 'application');
    const pages = pagesOf((page) =>
      callUnary(this.#wire, METHODS.listSchedules, { application, ...page }, limits),
    );
    for await (const { schedules } of pages) yield* schedules.map(decodeState);
  }

  async delete(application: string, scheduleId: string, limits: CallLimits = {}): Promise<void> {
    const request = keyOf(application, scheduleId);
    await writeUntilKnown(this.#wire, METHODS.deleteSchedule, request, {
      ...limits,
      read: (response) => response,
      settledBy: goneMeans({}),
    });
  }

  async pause(
    application: string,
    scheduleId: string,
    { note = '', ...limits }: PauseOptions = {},
  ): Promise<ScheduleState> {
    requireText(note, 'note');
    const request = { ...keyOf(application, scheduleId), note };
    return writeUntilKnown(this.#wire, METHODS.pauseSchedule, request, {
      ...limits,
      read: readState,
    });
  }

  async resume(
    application: string,
    scheduleId: string,
    limits: CallLimits = {},
  ): Promise<ScheduleState> {
    const request = keyOf(application, scheduleId);
    return writeUntilKnown(this.#wire, METHODS.resumeSchedule, request, {
      ...limits,
      read: readState,
    });
  }

  async trigger(
    application: string,
    scheduleId: string,
    { triggerId, ...limits }: TriggerOptions = {},
  ): Promise<ScheduledRun> {
    requireFilled(triggerId, 'triggerId');
    const key = keyOf(application, scheduleId);
    const request = { ...key, triggerId: triggerId ?? this.#parts.newId() };
    return writeUntilKnown(this.#wire, METHODS.triggerSchedule, request, {
      ...limits,
      read: ({ run }) => decodeScheduledRun(requireAnswered(run, 'run')),
    });
  }

  async backfill(
    application: string,
    scheduleId: string,
    { from, until, perSecond }: BackfillRange,
    limits: CallLimits = {},
  ): Promise<ScheduleState> {
    const { time } = this.#parts;
    const request = {
      ...keyOf(application, scheduleId),
      fromMs: encodeMoment(from, 'from', time),
      untilMs: encodeMoment(until, 'until', time),
      perSecond: encodeCount(perSecond, 'perSecond'),
    };
    return writeUntilKnown(this.#wire, METHODS.backfillSchedule, request, {
      ...limits,
      read: readState,
      settledBy: async ({ reason }, options) => {
        if (reason !== 'BACKFILL_RUNNING') return undefined;
        const schedule = await backfillsAsAsked(this.#wire, request, options);
        return schedule && decodeState(schedule);
      },
    });
  }

  async nextRuns(
    application: string,
    scheduleId: string,
    { count, after, ...limits }: NextRunsOptions = {},
  ): Promise<readonly ComingRun[]> {
    const afterMs =
      after === undefined ? undefined : encodeMoment(after, 'after', this.#parts.time);
    const counted = { count: encodeCount(count, 'count'), afterMs };
    const request = { ...keyOf(application, scheduleId), ...counted };
    const { runs } = await callUnary(this.#wire, METHODS.listNextRuns, request, limits);
    return runs.map(decodeComing);
  }

  async *skippedRuns(
    application: string,
    scheduleId: string,
    limits: CallLimits = {},
  ): AsyncGenerator<SkippedRuns, void, undefined> {
    const key = keyOf(application, scheduleId);
    const pages = pagesOf((page) =>
      callUnary(this.#wire, METHODS.listSkippedRuns, { ...key, ...page }, limits),
    );
    for await (const { skipped } of pages) yield* skipped.map(decodeSkipped);
  }
}

function stateOf(schedule: WireSchedule | undefined): ScheduleState {
  return decodeState(requireAnswered(schedule, 'schedule'));
}

function readState({ schedule }: { readonly schedule?: WireSchedule | undefined }): ScheduleState {
  return stateOf(schedule);
}

function revisionOf(revision: number | undefined): bigint | undefined {
  if (revision === undefined) return undefined;
  if (Number.isSafeInteger(revision)) return BigInt(revision);
  throw invalidField('expectedRevision', 'is not a whole number');
}

function keyOf(
  application: string,
  scheduleId: string,
): { readonly application: string; readonly scheduleId: string } {
  requireText(application, 'application');
  requireText(scheduleId, 'scheduleId');
  return { application, scheduleId };
}
