import { AppError, untilEnd } from '../../../core/index.js';
import type { Clock } from '../../../runtime/index.js';
import type { Schedules } from '../../../scheduler/index.js';
import { withFieldsAt } from '../field-names.js';
import type { GrpcService } from '../grpc-service.js';
import { decodeCount, decodeMoment, decodeOptional, requireMoment } from '../number-fields.js';
import { decodeOnExists } from '../scheduler-decode.js';
import { unaryMethod, type UnaryMethod } from '../unary-method.js';
import { RECURRING_NAME, SCHEDULE_CODECS } from './schedule-codecs.js';
import { decodeDraft, decodeScheduleKey, PLAN_PLACES } from './schedule-decode.js';
import { encodeComingRun, encodeCreated, encodeRun, encodeSchedule } from './schedule-encode.js';
import { listSchedules, listSkippedRuns } from './schedule-pages.js';

const NEXT_RUNS = { standard: 10, max: 1_000 };
const BACKFILL_PER_SECOND = 10;

/** `cassadra.v1.RecurringScheduleService` on the schedules. */
export function recurringScheduleService(schedules: Schedules): GrpcService {
  return {
    name: RECURRING_NAME,
    methods: ({ clock }) => ({
      ...plans(schedules),
      ...reads(schedules, clock),
      ...pauses(schedules),
      ...runs(schedules),
    }),
  };
}

function plans(schedules: Schedules): Readonly<Record<string, UnaryMethod>> {
  const { create, update, remove } = SCHEDULE_CODECS;
  return {
    CreateSchedule: unaryMethod(create, (request, { signal }) =>
      withFieldsAt(PLAN_PLACES, async () => {
        const draft = decodeDraft(request);
        const onExists = decodeOnExists(request.onExists);
        return encodeCreated(await schedules.create(draft, onExists, signal));
      }),
    ),
    UpdateSchedule: unaryMethod(update, (request, { signal }) =>
      withFieldsAt(PLAN_PLACES, async () => {
        const draft = decodeDraft(request);
        const revision = decodeOptional('expected_revision', request.expectedRevision);
        return { schedule: encodeSchedule(await schedules.update(draft, revision, signal)) };
      }),
    ),
    DeleteSchedule: unaryMethod(remove, async (request, { signal }) => {
      await schedules.remove(decodeScheduleKey(request), signal);
      return {};
    }),
  };
}

function reads(schedules: Schedules, clock: Clock): Readonly<Record<string, UnaryMethod>> {
  const { get, list, nextRuns, skippedRuns } = SCHEDULE_CODECS;
  return {
    GetSchedule: unaryMethod(get, async (request, { signal }) => {
      const schedule = await untilEnd(schedules.find(decodeScheduleKey(request)), signal);
      if (schedule !== undefined) return { schedule: encodeSchedule(schedule, 'whole') };
      throw new AppError('NOT_FOUND', 'there is no schedule of this application and schedule id');
    }),
    ListSchedules: unaryMethod(list, (request, { signal }) =>
      listSchedules(schedules, request, signal),
    ),
    ListNextRuns: unaryMethod(nextRuns, async (request, { signal }) => {
      const key = decodeScheduleKey(request);
      const count = decodeCount('count', request.count, NEXT_RUNS);
      const afterMs = decodeMoment('after_ms', request.afterMs) ?? clock.nowMs();
      const coming = await untilEnd(schedules.nextRuns(key, afterMs, count), signal);
      return { runs: coming.map(encodeComingRun) };
    }),
    ListSkippedRuns: unaryMethod(skippedRuns, (request, { signal }) =>
      listSkippedRuns(schedules, request, signal),
    ),
  };
}

function pauses(schedules: Schedules): Readonly<Record<string, UnaryMethod>> {
  const { pause, resume } = SCHEDULE_CODECS;
  return {
    PauseSchedule: unaryMethod(pause, async (request, { signal }) => {
      const key = decodeScheduleKey(request);
      return { schedule: encodeSchedule(await schedules.pause(key, request.note, signal)) };
    }),
    ResumeSchedule: unaryMethod(resume, async (request, { signal }) => ({
      schedule: encodeSchedule(await schedules.resume(decodeScheduleKey(request), signal)),
    })),
  };
}

function runs(schedules: Schedules): Readonly<Record<string, UnaryMethod>> {
  const { trigger, backfill } = SCHEDULE_CODECS;
  return {
    TriggerSchedule: unaryMethod(trigger, async (request, { signal }) => {
      const key = decodeScheduleKey(request);
      const triggerId = request.triggerId === '' ? undefined : request.triggerId;
      return { run: encodeRun(await schedules.trigger(key, triggerId, signal)) };
    }),
    BackfillSchedule: unaryMethod(backfill, async (request, { signal }) => {
      const key = decodeScheduleKey(request);
      const range = {
        fromMs: requireMoment('from_ms', request.fromMs),
        untilMs: requireMoment('until_ms', request.untilMs),
        perSecond: request.perSecond === 0 ? BACKFILL_PER_SECOND : request.perSecond,
      };
      return { schedule: encodeSchedule(await schedules.backfill(key, range, signal)) };
    }),
  };
}
