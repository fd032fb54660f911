import type { TimedEventKey } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { SchedulerStorage, SchedulerTools } from '../scheduler-storage.js';
import { isAwaited } from '../tasks/armed-payload.js';
import type { TaskHandler, TaskResult } from '../tasks/task-dispatcher.js';
import { applyBatch } from './sweep-batch.js';
import { findSweep, saveSweep, type FoundSweep } from './sweep-documents.js';
import { scanPage } from './sweep-scan.js';
import type { StoredSweep } from './stored-sweep.js';

export interface SweepTaskParts {
  /** Undefined until the storage is open. */
  readonly storage: () => SchedulerStorage | undefined;
  readonly components: Components;
}

const LOOK_AGAIN_MS = 1_000;
/** One call of the handler; others get their turn in between. */
const TURN_MS = 2_000;
/** A batch takes half a second at its pace: so soon a sweep that is cancelled ends. */
const BATCHES_PER_SECOND = 2;
/** Larger ones would make a large document. */
const BATCH_MAX = 500;
const DONE: TaskResult = { kind: 'done' };

/**
 * Goes on with a sweep. What is to be changed is written into its document before, and what came of
 * it after: whoever dies in between, the next turn finds out what was done.
 */
export function sweepTask({ storage, components }: SweepTaskParts): TaskHandler {
  return async ({ id }, { payload, signal }) => {
    const opened = storage();
    const nowMs = components.clock.nowMs();
    const again: TaskResult = { kind: 'again', atMs: nowMs + LOOK_AGAIN_MS };
    if (opened === undefined) return again;
    const found = await findSweep(opened.documents, id);
    if (found !== undefined) return new Turn({ ...opened, components, signal }).run(found);
    return isAwaited(payload, nowMs) ? again : DONE;
  };
}

class Turn {
  readonly #tools: SchedulerTools;
  readonly #untilMs: number;

  constructor(tools: SchedulerTools) {
    this.#tools = tools;
    this.#untilMs = tools.components.clock.monotonicMs() + TURN_MS;
  }

  async run(found: FoundSweep): Promise<TaskResult> {
    const { clock } = this.#tools.components;
    let current: FoundSweep | undefined = found;
    while (current !== undefined) {
      const { document, sweep }: FoundSweep = current;
      if (sweep.state !== 'running' && sweep.batch === undefined) return DONE;
      if (this.#isOver) return { kind: 'again', atMs: clock.nowMs() };
      const next = await this.#next(sweep);
      // another one may have come between: a cancel, or a turn that is not as dead as it seemed
      const outcome = await saveSweep(document, next, this.#tools);
      if (outcome.kind === 'saved') this.#count(sweep, next);
      current = outcome.found;
    }
    return DONE;
  }

  #count({ action, counts: before }: StoredSweep, { counts: after }: StoredSweep): void {
    const { metrics } = this.#tools.components;
    for (const result of ['changed', 'overtaken'] as const) {
      const more = after[result] - before[result];
      if (more > 0) metrics.add('cassadra_sweep_entries_total', { action, result }, more);
    }
  }

  /** Ends what was begun, then decides what is next. */
  async #next(sweep: StoredSweep): Promise<StoredSweep> {
    const { clock } = this.#tools.components;
    const { batch, ...rest } = sweep;
    const counts = batch ? await applyBatch(sweep, batch, this.#tools) : sweep.counts;
    const ended: StoredSweep = { ...rest, counts, updatedMs: clock.nowMs() };
    return ended.state === 'running' ? this.#scan(ended) : ended;
  }

  /** Until there is something to do, the end, or no time left. */
  async #scan(sweep: StoredSweep): Promise<StoredSweep> {
    const { clock } = this.#tools.components;
    const room = sweep.dryRun
      ? Infinity
      : Math.min(Math.ceil(sweep.perSecond / BATCHES_PER_SECOND), BATCH_MAX);
    let current = sweep;
    let keys: readonly TimedEventKey[] = [];
    do {
      ({ sweep: current, keys } = await scanPage(current, room, this.#tools));
      if (current.cursor.kind === 'end' && (sweep.dryRun || keys.length === 0)) {
        return { ...current, state: 'done' };
      }
    } while ((sweep.dryRun || keys.length === 0) && !this.#isOver);
    const [first] = keys;
    if (sweep.dryRun || first === undefined) return current;
    // later than all that it means: what fails again is told apart by it
    const decidedMs = Math.max(clock.nowMs(), sweep.createdMs + 1);
    const eventIds = keys.map(({ eventId }) => eventId);
    return { ...current, batch: { decidedMs, application: first.application, eventIds } };
  }

  get #isOver(): boolean {
    const { components, signal } = this.#tools;
    return signal.aborted || components.clock.monotonicMs() >= this.#untilMs;
  }
}
