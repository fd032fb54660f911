import { requireName, untilEnd } from '../../../core/index.js';
import {
  Schedule as WireSchedule,
  type ListSchedulesRequest,
  type ListSchedulesResponse,
  type ListSkippedRunsRequest,
  type ListSkippedRunsResponse,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { Schedules } from '../../../scheduler/index.js';
import { fitting } from '../page-fit.js';
import { decodePageSize } from '../page-size.js';
import { nextToken, placeOfToken } from '../page-token.js';
import { decodeScheduleKey } from './schedule-decode.js';
import { encodeSchedule, encodeSkipped } from './schedule-encode.js';

/** A page of schedules. Throws INVALID_ARGUMENT, LIMIT_EXCEEDED and CURSOR_INVALID. */
export async function listSchedules(
  schedules: Schedules,
  { application, pageSize, pageToken }: ListSchedulesRequest,
  signal: AbortSignal,
): Promise<ListSchedulesResponse> {
  requireName('application', application);
  const identity = ['schedules', application];
  const page = { after: placeOfToken(identity, pageToken), limit: decodePageSize(pageSize) };
  const found = await untilEnd(schedules.list(application, page), signal);
  const wire = found.schedules.map((schedule) => encodeSchedule(schedule));
  const kept = fitting(wire.map((schedule) => WireSchedule.encode(schedule).finish().length));
  const next = kept < wire.length ? wire[kept - 1]?.scheduleId : found.next;
  return { schedules: wire.slice(0, kept), nextPageToken: nextToken(identity, next) };
}

/** A page of skipped runs. Throws NOT_FOUND, INVALID_ARGUMENT, LIMIT_EXCEEDED, CURSOR_INVALID. */
export async function listSkippedRuns(
  schedules: Schedules,
  request: ListSkippedRunsRequest,
  signal: AbortSignal,
): Promise<ListSkippedRunsResponse> {
  const key = decodeScheduleKey(request);
  const { pageSize, pageToken } = request;
  const identity = ['skipped', key.application, key.scheduleId];
  const page = { after: placeOfToken(identity, pageToken), limit: decodePageSize(pageSize) };
  const { skipped, next } = await untilEnd(schedules.skippedRuns(key, page), signal);
  return { skipped: skipped.map(encodeSkipped), nextPageToken: nextToken(identity, next) };
}
