import { CHANGES_TIMED_EVENTS, READS_TIMED_EVENTS } from '../../../access/index.js';
import {
  BackfillScheduleRequest,
  BackfillScheduleResponse,
  CreateScheduleRequest,
  CreateScheduleResponse,
  DeleteScheduleRequest,
  DeleteScheduleResponse,
  GetScheduleRequest,
  GetScheduleResponse,
  ListNextRunsRequest,
  ListNextRunsResponse,
  ListSchedulesRequest,
  ListSchedulesResponse,
  ListSkippedRunsRequest,
  ListSkippedRunsResponse,
  PauseScheduleRequest,
  PauseScheduleResponse,
  ResumeScheduleRequest,
  ResumeScheduleResponse,
  TriggerScheduleRequest,
  TriggerScheduleResponse,
  UpdateScheduleRequest,
  UpdateScheduleResponse,
} from '../../../gen/cassadra/v1/scheduler.js';
import { onTarget, type WithTarget } from '../access-rules.js';
import { MAP_ENTRY } from '../strict-message.js';

export const RECURRING_NAME = 'cassadra.v1.RecurringScheduleService';

/** Of a plan's run: targets with headers and metadata, retry policy, lateness. */
const RUN = { 3: { 3: {} }, 4: { 5: MAP_ENTRY }, 5: {}, 8: {} } as const;
/** Of a request with a plan: recurrences, missed runs, run. */
const PLAN = { 3: { 1: {}, 2: {}, 7: {}, 8: RUN } } as const;

interface Planned {
  readonly plan?: { readonly run?: WithTarget | undefined } | undefined;
}

/** Runs are timed events: what each of them needs is asked for once, with their plan. */
const PLANS = {
  ...CHANGES_TIMED_EVENTS,
  also: ({ plan }: Planned) => onTarget.also(plan?.run ?? {}),
  streams: ({ plan }: Planned) => onTarget.streams(plan?.run ?? {}),
};

/** How the messages of schedules are read and written, and who may send them. */
export const SCHEDULE_CODECS = {
  create: {
    request: CreateScheduleRequest,
    nested: PLAN,
    response: CreateScheduleResponse,
    access: PLANS,
  },
  update: {
    request: UpdateScheduleRequest,
    nested: PLAN,
    response: UpdateScheduleResponse,
    access: PLANS,
  },
  get: {
    request: GetScheduleRequest,
    nested: {},
    response: GetScheduleResponse,
    access: READS_TIMED_EVENTS,
  },
  list: {
    request: ListSchedulesRequest,
    nested: {},
    response: ListSchedulesResponse,
    access: READS_TIMED_EVENTS,
  },
  remove: {
    request: DeleteScheduleRequest,
    nested: {},
    response: DeleteScheduleResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  pause: {
    request: PauseScheduleRequest,
    nested: {},
    response: PauseScheduleResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  resume: {
    request: ResumeScheduleRequest,
    nested: {},
    response: ResumeScheduleResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  trigger: {
    request: TriggerScheduleRequest,
    nested: {},
    response: TriggerScheduleResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  backfill: {
    request: BackfillScheduleRequest,
    nested: {},
    response: BackfillScheduleResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  nextRuns: {
    request: ListNextRunsRequest,
    nested: {},
    response: ListNextRunsResponse,
    access: READS_TIMED_EVENTS,
  },
  skippedRuns: {
    request: ListSkippedRunsRequest,
    nested: {},
    response: ListSkippedRunsResponse,
    access: READS_TIMED_EVENTS,
  },
} as const;
