import { withRun, withSkip, type MissedRunPolicy, type Schedule } from '../../core/index.js';
import { comingRuns, type ComingRun } from '../recurrence/coming-runs.js';
import { runAt } from './run-ids.js';

/** So many nominal times are looked at in one decision: 10 ms of work. */
const LOOK_MAX = 10_000;
/** So many runs are made by one decision. */
const RUNS_MAX = 500;

/**
 * Decides what is due: which runs are made, wait, or are skipped. `running`: the run before has not
 * finished. Answers the very schedule when nothing is due; more may be due when it is another one.
 */
export function decideDue(schedule: Schedule, nowMs: number, running: boolean): Schedule {
  return new Decision(schedule, nowMs, running).decide();
}

class Decision {
  #schedule: Schedule;
  readonly #nowMs: number;
  #running: boolean;

  constructor(schedule: Schedule, nowMs: number, running: boolean) {
    this.#schedule = schedule;
    this.#nowMs = nowMs;
    this.#running = running;
  }

  decide(): Schedule {
    this.#buffered();
    const runs = this.#due();
    const { missed, missedAfterMs } = this.#schedule.plan;
    const late = runs.filter(({ dueMs }) => dueMs < this.#nowMs - missedAfterMs).length;
    const kept = keptOf(missed);
    // of those that are not looked at yet, some may have to be made instead of the last ones
    const end = runs.length === LOOK_MAX ? LOOK_MAX - kept : runs.length;
    for (const [place, run] of runs.slice(0, end).entries()) {
      if (this.#schedule.decided.length >= RUNS_MAX) break;
      if (this.#schedule.paused !== undefined) this.#skip('paused', run);
      else if (place >= late) this.#onTime(run);
      else if (place < late - kept) this.#skip('missed', run);
      else this.#catchUp(run);
      this.#schedule = { ...this.#schedule, decidedMs: run.nominalMs };
    }
    return this.#schedule;
  }

  /** In order: each is due before the next one's nominal time. */
  #due(): readonly ComingRun[] {
    const { key, plan, decidedMs } = this.#schedule;
    const range = { afterMs: decidedMs, untilMs: this.#nowMs, limit: LOOK_MAX };
    const runs = comingRuns(key, plan.timing, range);
    const last = runs.at(-1);
    return last !== undefined && last.dueMs > this.#nowMs ? runs.slice(0, -1) : runs;
  }

  #buffered(): void {
    const { buffered, ...rest } = this.#schedule;
    if (buffered === undefined) return;
    const { overlap } = rest.plan;
    if (rest.paused === undefined && this.#running && overlap === 'buffer-one') return;
    this.#schedule = rest;
    const run = { nominalMs: buffered.nominalMs, dueMs: this.#nowMs };
    if (rest.paused !== undefined) this.#skip('paused', run);
    else if (this.#running && overlap === 'skip') this.#skip('overlap', run);
    else this.#make(run);
  }

  #onTime(run: ComingRun): void {
    const { plan, buffered } = this.#schedule;
    if (!this.#running || plan.overlap === 'allow') {
      this.#make(run);
    } else if (plan.overlap === 'skip' || buffered !== undefined) {
      this.#skip('overlap', run);
    } else {
      const waits = { nominalMs: run.nominalMs, sinceMs: this.#nowMs };
      this.#schedule = { ...this.#schedule, buffered: waits };
    }
  }

  #catchUp({ nominalMs }: ComingRun): void {
    const { missed } = this.#schedule.plan;
    // of one run, overlap decides as of one in time; all of them are wanted beside each other
    if (missed.kind !== 'fire-all') return this.#onTime({ nominalMs, dueMs: this.#nowMs });
    const gapMs = 1_000 / missed.perSecond;
    const { decided, recent } = this.#schedule;
    // what was made in between, as by a trigger, does not begin the rate anew
    const before = [...decided, ...recent].filter(({ cause }) => cause === 'schedule');
    const lastMs = Math.max(0, ...before.map(({ dueMs }) => dueMs));
    this.#make({ nominalMs, dueMs: Math.max(this.#nowMs, Math.ceil(lastMs + gapMs)) });
  }

  #make({ nominalMs, dueMs }: ComingRun): void {
    this.#schedule = withRun(this.#schedule, runAt(this.#schedule, nominalMs, dueMs, 'schedule'));
    this.#running = true;
  }

  #skip(reason: 'overlap' | 'missed' | 'paused', { nominalMs }: ComingRun): void {
    this.#schedule = withSkip(this.#schedule, { reason, nominalMs }, this.#nowMs);
  }
}

/** How many of the missed runs are made. */
function keptOf(missed: MissedRunPolicy): number {
  switch (missed.kind) {
    case 'fire-once':
      return 1;
    case 'fire-all':
      return missed.runsMax;
    case 'skip':
      return 0;
  }
}
