import type { DecidedRun, Schedule, ScheduleTiming } from '../../../src/core/index.js';

const REASONS = ['overlap', 'missed', 'paused'] as const;

/** What one write of a schedule has done wrong, and what it has done. */
export interface StepFindings {
  readonly problems: readonly string[];
  /** By the schedule itself. */
  readonly made: readonly DecidedRun[];
  readonly kinds: readonly string[];
}

/** Each nominal time is decided once: made, waiting, or skipped for a reason. */
export function checkScheduleStep(before: Schedule, after: Schedule): StepFindings {
  const problems: string[] = [];
  const kinds: string[] = [];
  const known = new Set(before.decided.map(({ eventId, cause }) => `${cause} ${eventId}`));
  const added = after.decided.filter(({ eventId, cause }) => !known.has(`${cause} ${eventId}`));
  const made = added.filter(({ cause }) => cause === 'schedule');
  if (after.revision < before.revision) problems.push('its revision went back');
  const timing = (plan: Schedule['plan']): string => JSON.stringify(plan.timing.recurrence);
  if (timing(before.plan) !== timing(after.plan)) return { problems, made, kinds };
  let skips = 0;
  for (const reason of REASONS) {
    const more = after.counts.skipped[reason] - before.counts.skipped[reason];
    if (more > 0) kinds.push(`skipped ${reason}`);
    skips += more;
  }
  const times = nominalTimes(before.plan.timing, before.decidedMs, after.decidedMs);
  const waits = Number(after.buffered !== undefined) - Number(before.buffered !== undefined);
  if (waits > 0) kinds.push('run buffered');
  const decided = made.length + skips + waits;
  if (times.length !== decided) {
    problems.push(`${times.length} runs were due, ${decided} decided: ${shown(before, after)}`);
  }
  const due = new Set([...times, before.buffered?.nominalMs]);
  if (!made.every(({ nominalMs }) => due.has(nominalMs))) problems.push('a run of no time');
  const emptied = before.decided.length > 0 && after.decided.length === 0;
  if (emptied) {
    const exists = after.counts.skipped.exists - before.counts.skipped.exists;
    const noted = after.counts.made - before.counts.made + exists;
    if (exists > 0) kinds.push('skipped exists');
    if (noted !== before.decided.length) problems.push('what was decided is not what is noted');
  } else if (
    !before.decided.every(({ eventId }) => after.decided.some((run) => run.eventId === eventId))
  ) {
    problems.push('a run that was decided is gone');
  }
  return { problems, made, kinds };
}

function shown(before: Schedule, after: Schedule): string {
  return `${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
}

/** After `fromMs`, until `untilMs`: by a computation of its own. */
function nominalTimes(
  { recurrence }: ScheduleTiming,
  fromMs: number,
  untilMs: number,
): readonly number[] {
  const [everyMs, phaseMs] =
    recurrence.kind === 'interval'
      ? [recurrence.everyMs, recurrence.phaseMs % recurrence.everyMs]
      : [Number(/^\*\/(\d+) /.exec(recurrence.expression)?.[1] ?? Number.NaN) * 1_000, 0];
  const times: number[] = [];
  let timeMs = Math.floor(fromMs / everyMs) * everyMs - everyMs + phaseMs;
  for (; timeMs <= untilMs; timeMs += everyMs) if (timeMs > fromMs) times.push(timeMs);
  return times;
}
