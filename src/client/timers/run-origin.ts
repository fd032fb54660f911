import { RunCause as WireCause, type RunOrigin } from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';

/** Why a schedule has made a timed event; `unknown`: a server says more than this client knows. */
export type RunCause = 'schedule' | 'trigger' | 'backfill' | 'unknown';

/** Which run of a schedule a timed event is. */
export interface TimedEventRun {
  /** The schedule, of the same application. */
  readonly scheduleId: string;
  /** The time of the run, without jitter; of a trigger: when it was asked for. */
  readonly nominalMs: number;
  readonly cause: RunCause;
}

const CAUSES = new Choices({
  schedule: WireCause.RUN_CAUSE_SCHEDULE,
  trigger: WireCause.RUN_CAUSE_TRIGGER,
  backfill: WireCause.RUN_CAUSE_BACKFILL,
});

export function decodeCause(cause: WireCause): RunCause {
  return CAUSES.find(cause) ?? 'unknown';
}

export function decodeRun(run: RunOrigin | undefined): TimedEventRun | undefined {
  if (run === undefined) return undefined;
  const { scheduleId, nominalMs, cause } = run;
  return { scheduleId, nominalMs: Number(nominalMs), cause: decodeCause(cause) };
}
