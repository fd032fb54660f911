import { OnExists, type ScheduleRequest } from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { encodeMoment, optionalMs, type Moment } from '../moment.js';
import { requireText } from '../require-text.js';
import type { ClientTime } from '../time.js';
import { encodeLateness, type TimedEventLateness } from './lateness.js';
import { encodeRetry, type TimedEventRetry } from './retry.js';
import {
  encodeTarget,
  type HttpCallRequest,
  type ScheduledAppendRequest,
} from './target-request.js';

/** A timed event to be scheduled. Exactly one of `http` and `append`. */
export interface TimedEventRequest {
  /** Who schedules: 1 to 200 bytes. */
  readonly application: string;
  /** Names it within the application: 1 to 200 bytes. */
  readonly eventId: string;
  readonly due: Moment;
  readonly http?: HttpCallRequest | undefined;
  readonly append?: ScheduledAppendRequest | undefined;
  readonly retry?: TimedEventRetry;
  /** For one attempt: 100 to 600,000 ms (15,000, or as the server is set). */
  readonly timeoutMs?: number;
  /** How long it is kept after it has finished, ms. */
  readonly retentionMs?: number;
  /** When there is one of this id: refuse (`reject`, the default), accept an equal one, replace. */
  readonly onExists?: 'reject' | 'ok-if-same' | 'replace';
  /** How late its first attempt may begin; not given: as late as it is. */
  readonly lateness?: TimedEventLateness;
}

/** What to do when there is one of this id. */
export const ON_EXISTS = new Choices<NonNullable<TimedEventRequest['onExists']>>({
  reject: OnExists.ON_EXISTS_REJECT,
  'ok-if-same': OnExists.ON_EXISTS_OK_IF_SAME,
  replace: OnExists.ON_EXISTS_REPLACE,
});

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodeTimedEvent(
  request: TimedEventRequest,
  time: Pick<ClientTime, 'nowMs'>,
): ScheduleRequest {
  const { application, eventId, due, retry, timeoutMs, retentionMs, lateness } = request;
  requireText(application, 'application');
  requireText(eventId, 'eventId');
  return {
    application,
    eventId,
    dueMs: encodeMoment(due, 'due', time),
    ...encodeTarget(request),
    retry: encodeRetry(retry),
    timeoutMs: optionalMs(timeoutMs, 'timeoutMs'),
    retentionMs: optionalMs(retentionMs, 'retentionMs'),
    onExists: ON_EXISTS.encode(request.onExists ?? 'reject', 'onExists'),
    lateness: encodeLateness(lateness),
  };
}
