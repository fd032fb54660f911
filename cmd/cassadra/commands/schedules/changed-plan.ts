import type {
  MissedRuns,
  Moment,
  Recurrence,
  RunTarget,
  SchedulePlan,
  ScheduleRules,
} from '../../../../src/client/index.js';
import { CliError } from '../../cli-error.js';
import { latenessOf } from '../../lateness-flags.js';
import { limitAfter } from '../../number-or-none.js';
import { hasTargetFlags, targetOf } from '../../target-flags.js';
import type { PlanFlags } from './plan-flags.js';

/**
 * Reads what the flags ask for, with their contents, and gives what makes a plan of it: a new one,
 * or a plan in which what no flag names stays as it is. Throws CliError.
 */
export async function planChangeOf(
  flags: PlanFlags,
): Promise<(before?: SchedulePlan) => SchedulePlan> {
  const target = await targetChangeOf(flags);
  return (before) => {
    const recurrence = recurrenceOf(flags, before);
    const rules = rulesOf(flags, before);
    const done = target ?? before;
    if (done === undefined) {
      throw new CliError('misused', 'say what: --url to call, or --stream and --type to append');
    }
    const { http, append } = done;
    if (http !== undefined) return { ...recurrence, ...rules, http };
    return { ...recurrence, ...rules, append };
  };
}

async function targetChangeOf(flags: PlanFlags): Promise<RunTarget | undefined> {
  if (flags.url !== undefined || flags.stream !== undefined) return targetOf(flags);
  if (!hasTargetFlags(flags)) return undefined;
  throw new CliError('misused', 'say all that a run does: --url or --stream with the rest of it');
}

function recurrenceOf(flags: PlanFlags, before: SchedulePlan | undefined): Recurrence {
  const { cron, every } = flags;
  if (cron !== undefined && every !== undefined) {
    throw new CliError('misused', 'say when: one of --cron and --every');
  }
  if (cron !== undefined) return cronOf(flags, cron, before?.timeZone);
  if (every !== undefined) return intervalOf(flags, every, undefined);
  if (before === undefined) throw new CliError('misused', 'say when: --cron or --every');
  return before.cron === undefined
    ? intervalOf(flags, before.everyMs, before.phaseMs)
    : cronOf(flags, before.cron, before.timeZone);
}

function cronOf({ timeZone, phase }: PlanFlags, cron: string, before?: string): Recurrence {
  if (phase !== undefined) throw new CliError('misused', '--phase goes with --every');
  return { cron, timeZone: timeZone ?? before };
}

function intervalOf({ timeZone, phase }: PlanFlags, everyMs: number, before?: number): Recurrence {
  if (timeZone !== undefined) throw new CliError('misused', '--time-zone goes with --cron');
  return { everyMs, phaseMs: phase ?? before };
}

function rulesOf(flags: PlanFlags, before: ScheduleRules = {}): ScheduleRules {
  const { attempts } = flags;
  return {
    start: limitAfter<Moment>(flags.start, before.start),
    end: limitAfter<Moment>(flags.end, before.end),
    jitterMs: flags.jitter ?? before.jitterMs,
    overlap: flags.overlap ?? before.overlap,
    missed: missedOf(flags, before.missed),
    retry: attempts === undefined ? before.retry : { ...before.retry, attempts },
    timeoutMs: flags.attemptTimeout ?? before.timeoutMs,
    retentionMs: flags.retention ?? before.retentionMs,
    lateness: latenessAfter(flags, before.lateness),
  };
}

function latenessAfter(
  flags: PlanFlags,
  before: ScheduleRules['lateness'],
): ScheduleRules['lateness'] {
  const lateness = latenessOf(flags) ?? before;
  return lateness === 'fire' ? undefined : lateness;
}

function missedOf(flags: PlanFlags, before: MissedRuns | undefined): MissedRuns | undefined {
  const { missed, missedMax, missedPerSecond, missedAfter } = flags;
  const given = [missed, missedMax, missedPerSecond, missedAfter];
  if (given.every((flag) => flag === undefined)) return before;
  const { action, afterMs, runsMax, perSecond } = before ?? { action: 'fire-once' };
  const common = { afterMs: missedAfter ?? afterMs };
  const wanted = missed ?? action;
  if (wanted === 'fire-all') {
    const counts = { runsMax: missedMax ?? runsMax, perSecond: missedPerSecond ?? perSecond };
    return { ...common, action: wanted, ...counts };
  }
  if (missedMax === undefined && missedPerSecond === undefined) {
    return { ...common, action: wanted };
  }
  throw new CliError('misused', '--missed-max and --missed-per-second go with --missed fire-all');
}
