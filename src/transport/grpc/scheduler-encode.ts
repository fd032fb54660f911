import {
  finishedMsOf,
  nextMsOf,
  summaryOf,
  type Attempt,
  type RunOrigin,
  type TimedEvent,
  type TimedEventStatus,
  type TimedEventSummary,
} from '../../core/index.js';
import {
  AttemptOutcome as WireAttemptOutcome,
  ScheduleOutcome as WireScheduleOutcome,
  StopOutcome as WireStopOutcome,
  TimedEventStatus as WireStatus,
  type Attempt as WireAttempt,
  type RunOrigin as WireOrigin,
  type ScheduleResponse,
  type TimedEvent as WireTimedEvent,
} from '../../gen/cassadra/v1/scheduler.js';
import type { ScheduleAnswer, StopOutcome } from '../../scheduler/index.js';
import { encodeOptional } from './number-fields.js';
import { encodeCause, encodeLimits, encodePayload } from './run-encode.js';
import { encodeTarget } from './scheduler-target.js';

const STATUSES: Readonly<Record<TimedEventStatus, WireStatus>> = {
  PENDING: WireStatus.TIMED_EVENT_STATUS_PENDING,
  PROCESSING: WireStatus.TIMED_EVENT_STATUS_PROCESSING,
  COMPLETED: WireStatus.TIMED_EVENT_STATUS_COMPLETED,
  FAILED: WireStatus.TIMED_EVENT_STATUS_FAILED,
  CANCELLED: WireStatus.TIMED_EVENT_STATUS_CANCELLED,
  SKIPPED: WireStatus.TIMED_EVENT_STATUS_SKIPPED,
  // nobody is shown one
  DELETED: WireStatus.TIMED_EVENT_STATUS_UNSPECIFIED,
};

const SCHEDULE_OUTCOMES: Readonly<Record<ScheduleAnswer['outcome'], WireScheduleOutcome>> = {
  scheduled: WireScheduleOutcome.SCHEDULE_OUTCOME_SCHEDULED,
  existed: WireScheduleOutcome.SCHEDULE_OUTCOME_EXISTED,
  replaced: WireScheduleOutcome.SCHEDULE_OUTCOME_REPLACED,
};

const STOP_OUTCOMES: Readonly<Record<StopOutcome, WireStopOutcome>> = {
  done: WireStopOutcome.STOP_OUTCOME_DONE,
  'in-flight': WireStopOutcome.STOP_OUTCOME_IN_FLIGHT,
  finished: WireStopOutcome.STOP_OUTCOME_FINISHED,
  unknown: WireStopOutcome.STOP_OUTCOME_UNKNOWN,
};

export function encodeStopOutcome(outcome: StopOutcome): WireStopOutcome {
  return STOP_OUTCOMES[outcome];
}

/** What lists show. */
export function encodeSummary(summary: TimedEventSummary): WireTimedEvent {
  const { key, state, target } = summary;
  return {
    application: key.application,
    eventId: key.eventId,
    generation: summary.generation,
    status: STATUSES[state.status],
    dueMs: BigInt(summary.dueMs),
    nextMs: encodeOptional(nextMsOf({ state })),
    createdMs: BigInt(summary.createdMs),
    updatedMs: BigInt(summary.updatedMs),
    finishedMs: encodeOptional(finishedMsOf({ state })),
    // nobody is shown a task
    target: target.kind === 'task' ? undefined : encodeTarget(target),
    attemptCount: summary.attemptCount,
    failureReason: 'reason' in state ? state.reason : '',
  };
}

/** All but the payload and the attempts. */
function encodePlan(event: TimedEvent): WireTimedEvent {
  const { run, replay } = event.plan;
  return {
    ...encodeSummary(summaryOf(event)),
    ...encodeLimits(event.plan),
    run: run && encodeOrigin(run),
    replayedMs: encodeOptional(replay?.atMs),
  };
}

function encodeOrigin({ scheduleId, nominalMs, cause }: RunOrigin): WireOrigin {
  return { scheduleId, nominalMs: BigInt(nominalMs), cause: encodeCause(cause) };
}

/** All but the attempts. */
export function encodeWhole(event: TimedEvent): WireTimedEvent {
  const { payload, target } = event.plan;
  return { ...encodePlan(event), payload: encodePayload(payload, target) };
}

export function encodeScheduled({ event, outcome }: ScheduleAnswer): ScheduleResponse {
  return { timedEvent: encodePlan(event), outcome: SCHEDULE_OUTCOMES[outcome] };
}

export function encodeAttempt({ number, startedMs, durationMs, outcome }: Attempt): WireAttempt {
  const begun = { number, startedMs: BigInt(startedMs), durationMs: BigInt(durationMs) };
  const nothing = { httpStatus: 0, body: '', error: '' };
  switch (outcome.kind) {
    case 'answered': {
      const { status: httpStatus, body } = outcome;
      const answered = WireAttemptOutcome.ATTEMPT_OUTCOME_ANSWERED;
      return { ...begun, ...nothing, outcome: answered, httpStatus, body };
    }
    case 'failed': {
      const failed = WireAttemptOutcome.ATTEMPT_OUTCOME_FAILED;
      return { ...begun, ...nothing, outcome: failed, error: outcome.error };
    }
    case 'lost':
      return { ...begun, ...nothing, outcome: WireAttemptOutcome.ATTEMPT_OUTCOME_LOST };
  }
}
