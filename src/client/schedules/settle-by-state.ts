import {
  RecurringScheduleServiceService as METHODS,
  SchedulePlan,
  type BackfillScheduleRequest,
  type Schedule,
  type UpdateScheduleRequest,
} from '../../gen/cassadra/v1/scheduler.js';
import type { CallOptions } from '../channel.js';
import { OutcomeUnknownError, StoreError } from '../errors.js';
import type { Wire } from '../unary.js';

type Key = Pick<UpdateScheduleRequest, 'application' | 'scheduleId'>;

/** The schedule with the content of its runs, in one try. */
async function read(
  { channel }: Wire,
  { application, scheduleId }: Key,
  options: CallOptions,
): Promise<Schedule | undefined> {
  const { path, requestSerialize, responseDeserialize } = METHODS.getSchedule;
  const bytes = requestSerialize({ application, scheduleId });
  const answer = await channel.unary(path, bytes, { ...options, writes: false });
  return responseDeserialize(Buffer.from(answer)).schedule;
}

/**
 * The schedule when its plan is, to the byte, what the update asks for. One that left out what has
 * a default is not recognized: what was left out cannot be told from what somebody else has set.
 */
export async function updatedAsAsked(
  wire: Wire,
  request: UpdateScheduleRequest,
  options: CallOptions,
): Promise<Schedule | undefined> {
  const { plan } = request;
  const schedule = await read(wire, request, options);
  if (plan === undefined || schedule?.plan === undefined) return undefined;
  const asked = SchedulePlan.encode(plan).finish();
  return Buffer.from(SchedulePlan.encode(schedule.plan).finish()).equals(asked)
    ? schedule
    : undefined;
}

/** The schedule when the backfill that is under way is the one that is asked for. */
export async function backfillsAsAsked(
  wire: Wire,
  request: BackfillScheduleRequest,
  options: CallOptions,
): Promise<Schedule | undefined> {
  const schedule = await read(wire, request, options);
  const backfill = schedule?.backfill;
  const same =
    backfill?.fromMs === request.fromMs &&
    backfill?.untilMs === request.untilMs &&
    (request.perSecond === 0 || backfill?.perSecond === request.perSecond);
  return same ? schedule : undefined;
}

/** Calling again, as other errors advise, would only be refused. */
export function changedSince(error: unknown): unknown {
  if (!(error instanceof OutcomeUnknownError)) return error;
  const { cause } = error;
  if (!(cause instanceof StoreError) || cause.reason !== 'REVISION_CONFLICT') return error;
  return new OutcomeUnknownError(
    'OUTCOME_UNKNOWN',
    'it may have been updated, and it was changed since. Get it and look at its plan.',
    { cause },
  );
}
