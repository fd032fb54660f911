import type { Callback, FaultPeriod, RunRecord, TimerTry } from '../history/operation.js';
import type { CheckResult, Violation } from '../history/violation.js';
import { atTime } from './finding.js';

/** How long after a clock was wrong it may still have made a callback early. */
const WRONG_CLOCK_LINGERS_MS = 15_000;
/** A due time is said in whole milliseconds of another clock than the one of the history. */
const CLOCK_READING_MS = 2;

interface TimerStory {
  readonly adds: TimerTry[];
  readonly cancels: TimerTry[];
  readonly callbacks: Callback[];
}

/**
 * Every acknowledged timed event was called for, unless a cancel said that it will not be; none
 * after such a cancel had answered, none before it was due (unless the clock of a server was ahead
 * by that much), none that was not added. It may be called for more than once.
 */
export function checkTimers(record: RunRecord): CheckResult {
  const timers = timersOf(record);
  const clocks = record.lines.flatMap((line) => (line.kind === 'fault' ? [line] : []));
  const violations: Violation[] = [];
  const latenesses: number[] = [];
  let [cancelled, duplicates, earlyByClock, inFlight] = [0, 0, 0, 0];
  for (const [timer, story] of timers) {
    const { adds, cancels, callbacks } = story;
    const early = callbacks.filter((one) => one.atMs < dueMsOf(story) - CLOCK_READING_MS);
    const excused = early.filter((one) => wasClockAhead(clocks, one.atMs, dueMsOf(story)));
    const wasInFlight =
      isAcknowledged(adds) && callbacks.length === 0 && cancels.some(foundInFlight);
    violations.push(
      ...neverAdded(timer, story),
      ...early.filter((one) => !excused.includes(one)).map((one) => firedEarly(timer, story, one)),
      ...firedAfterCancel(timer, story),
      ...(wasInFlight ? [] : neverFired(timer, story)),
    );
    cancelled += Number(cancels.some(isDone));
    duplicates += Math.max(0, callbacks.length - 1);
    earlyByClock += excused.length;
    inFlight += Number(wasInFlight);
    const latenessMs = latenessOf(story);
    if (latenessMs !== undefined) latenesses.push(latenessMs);
  }
  return {
    violations,
    figures: {
      'timers fired': [...timers.values()].filter((one) => one.callbacks.length > 0).length,
      'timers cancelled': cancelled,
      'timers not fired, in flight when cancelled': inFlight,
      'callbacks beyond the first': duplicates,
      'callbacks early by a clock ahead': earlyByClock,
      ...lateness(latenesses),
    },
  };
}

function timersOf({ lines }: RunRecord): Map<string, TimerStory> {
  const timers = new Map<string, TimerStory>();
  const storyOf = (timer: string): TimerStory => {
    const known = timers.get(timer);
    const story = known ?? { adds: [], cancels: [], callbacks: [] };
    if (known === undefined) timers.set(timer, story);
    return story;
  };
  for (const line of lines) {
    if (line.kind === 'timer-add') storyOf(line.timer).adds.push(line);
    if (line.kind === 'timer-cancel') storyOf(line.timer).cancels.push(line);
    if (line.kind === 'callback') storyOf(line.timer).callbacks.push(line);
  }
  return timers;
}

function isDone({ end }: TimerTry): boolean {
  return end.kind === 'done';
}

function isAcknowledged(adds: readonly TimerTry[]): boolean {
  return adds.some(isDone);
}

/** "In flight": this attempt may arrive, and no further one starts. */
function foundInFlight({ end }: TimerTry): boolean {
  return end.kind === 'too-late' && /in.?flight/i.test(end.why);
}

/** One that was never added is not early: that it was never added is said apart. */
function dueMsOf({ adds }: TimerStory): number {
  return adds.length === 0 ? -Infinity : Math.min(...adds.map((add) => add.dueMs));
}

function neverAdded(timer: string, { adds, callbacks }: TimerStory): Violation[] {
  const [first] = callbacks;
  if (first === undefined || adds.some(({ end }) => end.kind !== 'refused')) return [];
  const check = adds.length === 0 ? 'fired-but-never-added' : 'fired-though-refused';
  return [{ check, what: `${timer} at ${atTime(first.atMs)}` }];
}

function neverFired(timer: string, story: TimerStory): Violation[] {
  const { adds, cancels, callbacks } = story;
  // A cancel whose end is unknown may have been one.
  const mayBeCancelled = cancels.some(({ end }) => end.kind === 'done' || end.kind === 'unknown');
  if (!isAcknowledged(adds) || mayBeCancelled || callbacks.length > 0) return [];
  const ends = [...adds, ...cancels].map((one) => `${one.kind} ${one.end.kind}`).join(', ');
  return [{ check: 'never-fired', what: `${timer}, due at ${atTime(dueMsOf(story))} (${ends})` }];
}

function firedEarly(timer: string, story: TimerStory, { atMs }: Callback): Violation {
  const what = `${timer} at ${atTime(atMs)}, due at ${atTime(dueMsOf(story))}`;
  return { check: 'fired-early', what };
}

function firedAfterCancel(timer: string, { adds, cancels, callbacks }: TimerStory): Violation[] {
  return cancels.filter(isDone).flatMap((cancel) => {
    // The id is free again: an add that had not ended by then may be one of the next generation.
    const mayBeAddedAgain = adds.some(
      (add) => add.end.kind !== 'refused' && add.endedMs >= cancel.invokedMs,
    );
    const late = callbacks.find((one) => one.atMs > cancel.endedMs);
    if (late === undefined || mayBeAddedAgain) return [];
    const ends = adds.map((add) => add.end.kind).join(', ');
    const what =
      `${timer} at ${atTime(late.atMs)}, cancelled by ${atTime(cancel.endedMs)} ` +
      `through ${cancel.server} (adds: ${ends})`;
    return [{ check: 'fired-after-cancel', what }];
  });
}

function wasClockAhead(clocks: readonly FaultPeriod[], atMs: number, dueMs: number): boolean {
  return clocks.some(
    ({ aheadMs, fromMs, toMs }) =>
      aheadMs !== undefined &&
      aheadMs >= dueMs - atMs - CLOCK_READING_MS &&
      fromMs <= atMs &&
      toMs >= atMs - WRONG_CLOCK_LINGERS_MS,
  );
}

/** How long after due time, or after the add when that came later, the first call was. */
function latenessOf(story: TimerStory): number | undefined {
  const { adds, cancels, callbacks } = story;
  if (!isAcknowledged(adds) || cancels.some(isDone) || callbacks.length === 0) return undefined;
  const addedMs = Math.min(...adds.filter(isDone).map((add) => add.endedMs));
  const firstMs = Math.min(...callbacks.map((one) => one.atMs));
  return Math.max(0, firstMs - Math.max(dueMsOf(story), addedMs));
}

function lateness(latenesses: readonly number[]): Record<string, number> {
  const sorted = latenesses.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  return { 'lateness p99 ms': at(0.99), 'lateness worst ms': at(1) };
}
