import { newestOf, withRun, type Backfill, type Schedule } from '../../core/index.js';
import { comingRuns } from '../recurrence/coming-runs.js';
import { runAt } from './run-ids.js';

/** So many are decided at once: what is due, and changes, wait until they are made. */
const PART_MAX = 50;

export function isUnderWay(backfill: Backfill | undefined): backfill is Backfill {
  return backfill !== undefined && backfill.doneMs < backfill.untilMs;
}

/** When the next part of a backfill may be decided; undefined when none goes on, as in a pause. */
export function backfillReadyMs(schedule: Schedule): number | undefined {
  const { backfill, recent, decided, paused } = schedule;
  if (!isUnderWay(backfill) || paused !== undefined) return undefined;
  const last = newestOf([...decided.toReversed(), ...recent], 'backfill');
  return last === undefined ? 0 : Math.ceil(last.dueMs + 1_000 / backfill.perSecond);
}

/** Decides on the next part of a backfill, once the part before it is due. */
export function decideBackfill(schedule: Schedule, nowMs: number): Schedule {
  const { backfill, key, plan } = schedule;
  const readyMs = backfillReadyMs(schedule);
  if (!isUnderWay(backfill) || readyMs === undefined || readyMs > nowMs) return schedule;
  const { doneMs, untilMs, perSecond } = backfill;
  const limit = Math.min(perSecond, PART_MAX);
  const range = { afterMs: doneMs, untilMs: untilMs - 1, limit };
  const runs = comingRuns(key, plan.timing, range);
  const last = runs.length < limit ? undefined : runs.at(-1);
  const done: Schedule = {
    ...schedule,
    backfill: { ...backfill, doneMs: last?.nominalMs ?? untilMs },
  };
  return runs.reduce((current, { nominalMs }, place) => {
    const dueMs = nowMs + Math.floor((place * 1_000) / perSecond);
    return withRun(current, runAt(current, nominalMs, dueMs, 'backfill'));
  }, done);
}
