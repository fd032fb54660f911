import {
  ATTEMPTS_LOGGED_MAX,
  AppError,
  purged,
  replayed,
  requireUuid,
  type TimedEvent,
  type TimedEventKey,
} from '../../core/index.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { meansEntry } from './failed-entries.js';
import { paced } from './paced.js';
import type { StoredSweep, SweepBatch, SweepCounts } from './stored-sweep.js';

/** As many as the pace needs when each takes a tenth of a second. */
const AT_ONCE = { min: 8, max: 128, ofASecond: 0.1 };
const TRIES = 5;
const TRY_AGAIN_MS = 100;

type Result = 'changed' | 'overtaken';

/**
 * Changes the entries of a batch at the pace of its sweep. Repeating it changes nothing twice and
 * counts the same. Once the sweep is cancelled it changes nothing and counts what was done. Throws
 * what the storage throws: then it is to be repeated.
 */
export async function applyBatch(
  sweep: StoredSweep,
  batch: SweepBatch,
  tools: SchedulerTools,
): Promise<SweepCounts> {
  const results: Record<Result, number> = { changed: 0, overtaken: 0 };
  const apply = async (eventId: string, signal: AbortSignal): Promise<void> => {
    const key = { application: batch.application, eventId };
    const parts = { sweep, batch, tools: { ...tools, signal } };
    const result = await new EntryChange(key, parts).run();
    if (result !== undefined) results[result] += 1;
  };
  const { components, signal } = tools;
  const { perSecond } = sweep;
  const wished = Math.ceil(perSecond * AT_ONCE.ofASecond);
  const atOnce = Math.min(Math.max(wished, AT_ONCE.min), AT_ONCE.max);
  await paced(batch.eventIds, { perSecond, atOnce }, apply, { ...components, signal });
  const { changed, overtaken } = sweep.counts;
  return {
    ...sweep.counts,
    changed: changed + results.changed,
    overtaken: overtaken + results.overtaken,
  };
}

interface EntryChangeParts {
  readonly sweep: StoredSweep;
  readonly batch: SweepBatch;
  readonly tools: SchedulerTools;
}

class EntryChange {
  readonly #key: TimedEventKey;
  readonly #parts: EntryChangeParts;

  constructor(key: TimedEventKey, parts: EntryChangeParts) {
    this.#key = key;
    this.#parts = parts;
  }

  /** Undefined: the sweep is cancelled, and this one was not changed before. */
  async run(): Promise<Result | undefined> {
    const { sweep, tools } = this.#parts;
    const { timedEvents, components, signal } = tools;
    let current = await timedEvents.find(this.#key);
    for (let tries = 1; ; tries += 1) {
      if (current !== undefined && this.#wasChanged(current)) return 'changed';
      if (sweep.state === 'cancelled') return undefined;
      const to = current && this.#next(current);
      if (to === undefined) return 'overtaken';
      const outcome = await timedEvents.change({ from: current, to }, signal);
      if (outcome.kind === 'changed') return 'changed';
      if (tries === TRIES || signal.aborted) throw notDone();
      if (outcome.kind === 'differs') {
        current = outcome.current;
        continue;
      }
      await components.timers.sleep(TRY_AGAIN_MS * tries, signal);
      current = await timedEvents.find(this.#key);
    }
  }

  #next(current: TimedEvent): TimedEvent | undefined {
    const { sweep, batch, tools } = this.#parts;
    const { clock, ids } = tools.components;
    if (!meansEntry(sweep, current)) return undefined;
    const isLong = current.attempts.length >= ATTEMPTS_LOGGED_MAX;
    if (sweep.action === 'replay' && isLong) return undefined;
    // never before the batch, whatever the clock of this server says: see `#wasChanged`
    const nowMs = Math.max(clock.nowMs(), batch.decidedMs);
    const moment = { nowMs, change: requireUuid(ids.newId()) };
    return sweep.action === 'replay' ? replayed(current, moment) : purged(current, moment);
  }

  /** By this batch: nobody else is likely to have done the same since it was decided on. */
  #wasChanged({ plan, state }: TimedEvent): boolean {
    const { sweep, batch } = this.#parts;
    if (sweep.action === 'replay') return (plan.replay?.atMs ?? 0) >= batch.decidedMs;
    return state.status === 'DELETED' && state.finishedMs >= batch.decidedMs;
  }
}

function notDone(): AppError {
  return new AppError('UNAVAILABLE', 'an entry could not be changed; the sweep tries again');
}
