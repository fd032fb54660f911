import { CHANGES_TIMED_EVENTS, onApplication, READS_TIMED_EVENTS } from '../../access/index.js';
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
import { onTarget } from './access-rules.js';
import { MAP_ENTRY } from './strict-message.js';

export const SCHEDULER_NAME = 'cassadra.v1.SchedulerService';

/** Of a ScheduleRequest: targets with headers and metadata, retry policy, lateness. */
const SCHEDULE_NESTED = { 6: { 3: {} }, 7: { 5: MAP_ENTRY }, 8: {}, 12: {} } as const;

/** How the scheduler's messages are read and written, and who may send them. */
export const SCHEDULER_CODECS = {
  schedule: {
    request: ScheduleRequest,
    nested: SCHEDULE_NESTED,
    response: ScheduleResponse,
    access: { roles: ['schedule'], ...onApplication, ...onTarget },
  },
  scheduleBatch: {
    request: ScheduleBatchRequest,
    nested: { 1: SCHEDULE_NESTED },
    response: ScheduleBatchResponse,
    // each request by the rule of `schedule`
    access: { roles: ['schedule'] },
  },
  get: { request: GetRequest, nested: {}, response: GetResponse, access: READS_TIMED_EVENTS },
  list: { request: ListRequest, nested: {}, response: ListResponse, access: READS_TIMED_EVENTS },
  cancel: {
    request: CancelRequest,
    nested: {},
    response: CancelResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  reschedule: {
    request: RescheduleRequest,
    nested: {},
    response: RescheduleResponse,
    access: CHANGES_TIMED_EVENTS,
  },
  listAttempts: {
    request: ListAttemptsRequest,
    nested: {},
    response: ListAttemptsResponse,
    access: READS_TIMED_EVENTS,
  },
} as const;
