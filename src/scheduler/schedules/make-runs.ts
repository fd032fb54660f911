import {
  requireUuid,
  scheduled,
  scheduledAnew,
  type DecidedRun,
  type Moment,
  type Schedule,
  type TimedEvent,
  type TimedEventPlan,
} from '../../core/index.js';
import { changeUntilEnd } from '../change-until-end.js';
import { definite } from '../definite-outcome.js';
import type { SchedulerTools } from '../scheduler-storage.js';

/** So many are made at once; each waits for the end of the call, which ten may do. */
const TOGETHER = 4;

/**
 * Makes the timed events of all runs that are decided; those that were made before are found again.
 * Answers the event ids that somebody else has. Throws when a run is not stored for sure.
 */
export async function makeRuns(
  schedule: Schedule,
  tools: SchedulerTools,
): Promise<ReadonlySet<string>> {
  const { decided } = schedule;
  const existing = new Set<string>();
  for (let from = 0; from < decided.length; from += TOGETHER) {
    const runs = decided.slice(from, from + TOGETHER);
    const made = await Promise.all(runs.map((run) => makeRun(schedule, run, tools)));
    runs.forEach(({ eventId }, place) => {
      if (made[place] === false) existing.add(eventId);
    });
  }
  return existing;
}

/** False: its event id is taken. */
async function makeRun(
  schedule: Schedule,
  run: DecidedRun,
  { timedEvents, components, signal }: SchedulerTools,
): Promise<boolean> {
  const { clock, ids } = components;
  const key = { application: schedule.key.application, eventId: run.eventId };
  const plan = planOfRun(schedule, run);
  const generation = requireUuid(ids.newId());
  let from: TimedEvent | undefined;
  for (;;) {
    const moment: Moment = { nowMs: clock.nowMs(), change: requireUuid(ids.newId()) };
    const to =
      from === undefined
        ? scheduled(key, plan, generation, moment)
        : scheduledAnew(from, plan, generation, moment);
    const outcome = definite(await changeUntilEnd(timedEvents, { from, to }, signal));
    if (outcome.kind === 'changed') return true;
    const { current } = outcome;
    if (current !== undefined && isOf(current, plan)) return true;
    // a deleted one is in nobody's way
    if (current !== undefined && current.state.status !== 'DELETED') return false;
    from = current;
  }
}

function planOfRun({ key, plan }: Schedule, run: DecidedRun): TimedEventPlan {
  const { nominalMs, cause, dueMs } = run;
  return { ...plan.run, dueMs, run: { scheduleId: key.scheduleId, nominalMs, cause } };
}

/** Whether it was made for this run: by a try before, whatever has become of it since. */
function isOf(event: TimedEvent, { run, dueMs }: TimedEventPlan): boolean {
  const origin = event.plan.run;
  return (
    origin !== undefined &&
    origin.scheduleId === run?.scheduleId &&
    origin.nominalMs === run.nominalMs &&
    origin.cause === run.cause &&
    // of a backfill of the same range again; others may have been moved since
    (run.cause !== 'backfill' || event.plan.dueMs === dueMs)
  );
}
