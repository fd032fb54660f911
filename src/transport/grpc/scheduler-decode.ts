import { invalidField, requireName, requireWithin, type TimedEventKey } from '../../core/index.js';
import {
  OnExists as WireOnExists,
  type ScheduleBatchRequest,
  type ScheduleRequest,
} from '../../gen/cassadra/v1/scheduler.js';
import type { OnExists, ScheduleCommand } from '../../scheduler/index.js';
import { decodeEnum } from './decode-enum.js';
import { requireMoment } from './number-fields.js';
import { decodeRun } from './run-fields.js';

const BATCH_MAX = 100;

const ON_EXISTS: ReadonlyMap<number, OnExists> = new Map([
  [WireOnExists.ON_EXISTS_UNSPECIFIED, 'reject'],
  [WireOnExists.ON_EXISTS_REJECT, 'reject'],
  [WireOnExists.ON_EXISTS_OK_IF_SAME, 'ok-if-same'],
  [WireOnExists.ON_EXISTS_REPLACE, 'replace'],
]);

/** What to do when the id is taken. Throws INVALID_ARGUMENT. */
export function decodeOnExists(value: WireOnExists): OnExists {
  return decodeEnum('on_exists', value, ON_EXISTS, WireOnExists);
}

/** The key of a request. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeKey(request: TimedEventKey): TimedEventKey {
  const { application, eventId } = request;
  requireName('application', application);
  requireName('event_id', eventId);
  return { application, eventId };
}

/** One timed event to be scheduled. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeSchedule(request: ScheduleRequest): ScheduleCommand {
  return {
    key: decodeKey(request),
    // 0 would mean now
    dueMs: requireMoment('due_ms', request.dueMs),
    ...decodeRun(request),
    onExists: decodeOnExists(request.onExists),
  };
}

/** The requests of a batch, each to be decoded for itself. Throws when it has too many or none. */
export function decodeBatch({ requests }: ScheduleBatchRequest): readonly ScheduleRequest[] {
  if (requests.length === 0) throw invalidField('requests', 'must not be empty');
  requireWithin('requests', requests.length, BATCH_MAX);
  return requests;
}
