import {
  CancelRequest,
  CancelResponse,
  GetRequest,
  GetResponse,
  ListAttemptsRequest,
  ListAttemptsResponse,
  ListRequest,
  ListResponse,
  RescheduleRequest,
  RescheduleResponse,
  ScheduleBatchRequest,
  ScheduleBatchResponse,
  ScheduleRequest,
  ScheduleResponse,
} from '../../gen/cassadra/v1/scheduler.js';
import { MAP_ENTRY } from './strict-message.js';

export const SCHEDULER_NAME = 'cassadra.v1.SchedulerService';

/** Of a ScheduleRequest: targets with headers and metadata, retry policy, lateness. */
const SCHEDULE_NESTED = { 6: { 3: {} }, 7: { 5: MAP_ENTRY }, 8: {}, 12: {} } as const;

/** How the scheduler's messages are read and written. */
export const SCHEDULER_CODECS = {
  schedule: { request: ScheduleRequest, nested: SCHEDULE_NESTED, response: ScheduleResponse },
  scheduleBatch: {
    request: ScheduleBatchRequest,
    nested: { 1: SCHEDULE_NESTED },
    response: ScheduleBatchResponse,
  },
  get: { request: GetRequest, nested: {}, response: GetResponse },
  list: { request: ListRequest, nested: {}, response: ListResponse },
  cancel: { request: CancelRequest, nested: {}, response: CancelResponse },
  reschedule: { request: RescheduleRequest, nested: {}, response: RescheduleResponse },
  listAttempts: { request: ListAttemptsRequest, nested: {}, response: ListAttemptsResponse },
} as const;
