import type { DecidedRun, Schedule, SkippedRuns, SkipReason } from './schedule.js';
import type { RunOrigin } from './timed-event.js';

/** What a schedule notes of its runs. Pure: whoever decides is in the scheduler. */

const RECENT_MAX = 10;

export interface Skip {
  readonly reason: SkipReason;
  readonly nominalMs: number;
}

/** A run is not made; it joins those before it that were skipped for the same reason. */
export function withSkip(schedule: Schedule, skip: Skip, nowMs: number): Schedule {
  const { counts, skipping } = schedule;
  const { reason, nominalMs } = skip;
  const skipped = { ...counts.skipped, [reason]: counts.skipped[reason] + 1 };
  const counted = { ...schedule, counts: { ...counts, skipped } };
  if (skipping?.reason === reason) return { ...counted, skipping: joined(skipping, nominalMs) };
  const times = { firstNominalMs: nominalMs, lastNominalMs: nominalMs, decidedMs: nowMs };
  return { ...withoutSkipping(counted), skipping: { reason, ...times, count: 1 } };
}

function joined(skipping: SkippedRuns, nominalMs: number): SkippedRuns {
  const { firstNominalMs, lastNominalMs, count } = skipping;
  return {
    ...skipping,
    firstNominalMs: Math.min(firstNominalMs, nominalMs),
    lastNominalMs: Math.max(lastNominalMs, nominalMs),
    count: count + 1,
  };
}

/** A run is to be made. */
export function withRun(schedule: Schedule, run: DecidedRun): Schedule {
  const { decided } = schedule;
  return { ...withoutSkipping(schedule), decided: [...decided, run] };
}

/** What was skipped until now goes to the list of skipped runs. */
function withoutSkipping(schedule: Schedule): Schedule {
  const { skipping, ...rest } = schedule;
  if (skipping === undefined) return schedule;
  return { ...rest, skipped: [...rest.skipped, skipping] };
}

/**
 * All that was decided is made, and what was skipped is listed. `existing`: event ids of runs that
 * could not be made, since they are taken.
 */
export function settled(
  schedule: Schedule,
  existing: ReadonlySet<string>,
  nowMs: number,
): Schedule {
  const { decided, recent, counts, backfill } = schedule;
  const made = decided.filter(({ eventId }) => !existing.has(eventId));
  const taken = decided.filter(({ eventId }) => existing.has(eventId));
  const ofBackfill = (runs: readonly DecidedRun[]): number =>
    runs.filter(({ cause }) => cause === 'backfill').length;
  const noted: Schedule = {
    ...schedule,
    decided: [],
    skipped: [],
    recent: newest([...made.toReversed(), ...recent]),
    counts: { ...counts, made: counts.made + made.length },
    ...(backfill !== undefined && {
      backfill: {
        ...backfill,
        made: backfill.made + ofBackfill(made),
        skipped: backfill.skipped + ofBackfill(taken),
      },
    }),
  };
  return taken.reduce(
    (current, { nominalMs }) => withSkip(current, { reason: 'exists', nominalMs }, nowMs),
    noted,
  );
}

/** Ten of them, the newest of each cause among them: a backfill must not hide what may run. */
function newest(runs: readonly DecidedRun[]): readonly DecidedRun[] {
  const kept = runs.filter((run, place) => place < RECENT_MAX || isNewest(runs, run));
  while (kept.length > RECENT_MAX) {
    const oldest = kept.findLastIndex((run) => !isNewest(runs, run));
    kept.splice(oldest, 1);
  }
  return kept;
}

function isNewest(runs: readonly DecidedRun[], run: DecidedRun): boolean {
  return newestOf(runs, run.cause) === run;
}

/** Of runs that stand newest first. */
export function newestOf(
  runs: readonly DecidedRun[],
  cause: RunOrigin['cause'],
): DecidedRun | undefined {
  return runs.find((run) => run.cause === cause);
}
