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
import { MAP_ENTRY } from '../strict-message.js';

export const RECURRING_NAME = 'cassadra.v1.RecurringScheduleService';

/** Of a plan's run: targets with headers and metadata, retry policy, lateness. */
const RUN = { 3: { 3: {} }, 4: { 5: MAP_ENTRY }, 5: {}, 8: {} } as const;
/** Of a request with a plan: recurrences, missed runs, run. */
const PLAN = { 3: { 1: {}, 2: {}, 7: {}, 8: RUN } } as const;

/** How the messages of schedules are read and written. */
export const SCHEDULE_CODECS = {
  create: { request: CreateScheduleRequest, nested: PLAN, response: CreateScheduleResponse },
  update: { request: UpdateScheduleRequest, nested: PLAN, response: UpdateScheduleResponse },
  get: { request: GetScheduleRequest, nested: {}, response: GetScheduleResponse },
  list: { request: ListSchedulesRequest, nested: {}, response: ListSchedulesResponse },
  remove: { request: DeleteScheduleRequest, nested: {}, response: DeleteScheduleResponse },
  pause: { request: PauseScheduleRequest, nested: {}, response: PauseScheduleResponse },
  resume: { request: ResumeScheduleRequest, nested: {}, response: ResumeScheduleResponse },
  trigger: { request: TriggerScheduleRequest, nested: {}, response: TriggerScheduleResponse },
  backfill: { request: BackfillScheduleRequest, nested: {}, response: BackfillScheduleResponse },
  nextRuns: { request: ListNextRunsRequest, nested: {}, response: ListNextRunsResponse },
  skippedRuns: { request: ListSkippedRunsRequest, nested: {}, response: ListSkippedRunsResponse },
} as const;
