import {
  OnExists,
  ScheduleOutcome,
  SchedulerServiceService,
  type ScheduleRequest,
  type ScheduleResponse,
} from '../../gen/cassadra/v1/scheduler.js';
import type { StoreError } from '../errors.js';
import type { CallLimits } from '../tries.js';
import type { Wire } from '../unary.js';
import { requireAnswered, writeUntilKnown } from '../write-until-known.js';
import { decodeTimedEvent, type TimedEvent } from './timed-event.js';

/** What a schedule has done. */
export interface Scheduled {
  /** `existed`: there was an equal one; nothing was changed. */
  readonly outcome: 'scheduled' | 'existed' | 'replaced';
  /** Without its content. */
  readonly timedEvent: TimedEvent;
}

/**
 * The request of a try after one that may have been written. A refusal of what exists would be
 * wrong when that is ours, so an equal one is accepted then. A replacement is sent as it is: an
 * equal one may be an old one that has fired.
 */
export function repeated<Request extends { readonly onExists: OnExists }>(
  request: Request,
): Request {
  if (request.onExists !== OnExists.ON_EXISTS_REJECT) return request;
  return { ...request, onExists: OnExists.ON_EXISTS_OK_IF_SAME };
}

/** What is there is not equal, so it is not what an earlier try has written. */
export function provesUnscheduled(error: StoreError): boolean {
  return error.reason === 'TIMED_EVENT_EXISTS';
}

/** Schedules in as many tries as it takes. */
export async function scheduleOne(
  wire: Wire,
  request: ScheduleRequest,
  limits: CallLimits,
): Promise<Scheduled> {
  return writeUntilKnown(wire, SchedulerServiceService.schedule, request, {
    ...limits,
    repeated,
    provesUnwritten: provesUnscheduled,
    read: decodeScheduled,
  });
}

/** `wasRepeated`: an equal one counts as scheduled by the try before. */
export function decodeScheduled(
  { timedEvent, outcome }: ScheduleResponse,
  wasRepeated: boolean,
): Scheduled {
  const answered = requireAnswered(timedEvent, 'timed event');
  const what = outcomeOf(outcome, wasRepeated);
  return { outcome: what, timedEvent: decodeTimedEvent(answered) };
}

/** For schedules, too. */
export function outcomeOf(outcome: ScheduleOutcome, wasRepeated: boolean): Scheduled['outcome'] {
  if (outcome === ScheduleOutcome.SCHEDULE_OUTCOME_REPLACED) return 'replaced';
  const existed = outcome === ScheduleOutcome.SCHEDULE_OUTCOME_EXISTED;
  return existed && !wasRepeated ? 'existed' : 'scheduled';
}
