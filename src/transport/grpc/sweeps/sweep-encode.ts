import {
  RetryOutcome as WireRetryOutcome,
  SweepAction as WireAction,
  SweepState as WireState,
  type FailedFilter as WireFilter,
  type Sweep as WireSweep,
} from '../../../gen/cassadra/v1/scheduler.js';
import type {
  FailedFilter,
  RetryOutcome,
  Sweep,
  SweepAction,
  SweepState,
} from '../../../scheduler/index.js';
import { encodeOptional } from '../number-fields.js';

const RETRY_OUTCOMES: Readonly<Record<RetryOutcome, WireRetryOutcome>> = {
  started: WireRetryOutcome.RETRY_OUTCOME_STARTED,
  'in-flight': WireRetryOutcome.RETRY_OUTCOME_IN_FLIGHT,
  finished: WireRetryOutcome.RETRY_OUTCOME_FINISHED,
  unknown: WireRetryOutcome.RETRY_OUTCOME_UNKNOWN,
};

const ACTIONS: Readonly<Record<SweepAction, WireAction>> = {
  replay: WireAction.SWEEP_ACTION_REPLAY,
  purge: WireAction.SWEEP_ACTION_PURGE,
};

const STATES: Readonly<Record<SweepState, WireState>> = {
  running: WireState.SWEEP_STATE_RUNNING,
  done: WireState.SWEEP_STATE_DONE,
  cancelled: WireState.SWEEP_STATE_CANCELLED,
};

export function encodeRetryOutcome(outcome: RetryOutcome): WireRetryOutcome {
  return RETRY_OUTCOMES[outcome];
}

export function encodeSweep(sweep: Sweep): WireSweep {
  return {
    sweepId: sweep.sweepId,
    action: ACTIONS[sweep.action],
    filter: encodeFilter(sweep.filter),
    dryRun: sweep.dryRun,
    perSecond: sweep.perSecond,
    state: STATES[sweep.state],
    createdMs: BigInt(sweep.createdMs),
    updatedMs: BigInt(sweep.updatedMs),
    scanned: BigInt(sweep.scanned),
    matched: BigInt(sweep.matched),
    changed: BigInt(sweep.changed),
    overtaken: BigInt(sweep.overtaken),
    examples: sweep.examples.map(({ application, eventId }) => ({ application, eventId })),
  };
}

function encodeFilter(filter: FailedFilter): WireFilter {
  const { httpStatuses, ...rest } = filter;
  const some = httpStatuses.length > 0 || Object.values(rest).some((value) => value !== undefined);
  return {
    application: filter.application ?? '',
    failedFromMs: encodeOptional(filter.failedFromMs),
    failedUntilMs: encodeOptional(filter.failedUntilMs),
    dueFromMs: encodeOptional(filter.dueFromMs),
    dueUntilMs: encodeOptional(filter.dueUntilMs),
    destination: filter.destination ?? '',
    httpStatuses: [...httpStatuses],
    all: !some,
  };
}
