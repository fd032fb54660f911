import { decodeSweep, type StoredSweep } from '../../../src/scheduler/index.js';
import type { TimedEventChange } from '../../../src/storage/index.js';
import type { Ledger } from './ledger.js';

interface Known {
  readonly sweep: StoredSweep;
  readonly fromMs: number;
}

/** Sweeps, against what becomes of the entries of one application that only sweeps replay. */
export class SweepChecks {
  readonly #ledger: Ledger;
  readonly #application: string;
  readonly #sweeps = new Map<string, Known>();

  constructor(ledger: Ledger, application: string) {
    this.#ledger = ledger;
    this.#application = application;
  }

  decided(id: string, content: string, atMs: number): void {
    const sweep = decodeSweep(content);
    const fromMs = this.#sweeps.get(id)?.fromMs ?? atMs;
    this.#sweeps.set(id, { sweep, fromMs });
    const { matched, changed, overtaken } = sweep.counts;
    const sum = changed + overtaken;
    if (sweep.state !== 'done') return;
    const adds = sweep.dryRun ? sum === 0 : sum === matched;
    this.#ledger.holds(adds, `sweep ${id}: ${matched} matched, ${sum} seen to`);
    this.#checkMissed(sweep, fromMs, atMs);
  }

  /** Each replay is of something that failed before a sweep that goes on. */
  entryDecided({ from, to }: TimedEventChange): void {
    if (to.key.application !== this.#application || from?.state.status !== 'FAILED') return;
    if (from.generation !== to.generation) return;
    const { finishedMs } = from.state;
    const action = to.state.status === 'PENDING' ? 'replay' : 'purge';
    const meant = [...this.#sweeps.values()].some(
      ({ sweep }) => sweep.action === action && !sweep.dryRun && sweep.createdMs >= finishedMs,
    );
    const { eventId } = to.key;
    this.#ledger.holds(meant, `${eventId}: a ${action} of what failed after all sweeps`);
  }

  #checkMissed({ sweepId, filter, dryRun, createdMs }: StoredSweep, fromMs: number, atMs: number) {
    if (dryRun || filter.httpStatuses.length > 0) return;
    if (filter.application !== undefined && filter.application !== this.#application) return;
    for (const { event, ackedMs } of this.#ledger.latest()) {
      const { key, state, plan } = event;
      if (key.application !== this.#application || state.status !== 'FAILED') continue;
      if (ackedMs === undefined || ackedMs > fromMs || state.finishedMs > createdMs) continue;
      const kept = ackedMs + plan.retentionMs > atMs + 2_000;
      this.#ledger.holds(!kept, `${key.eventId}: failed, and sweep ${sweepId} has passed it`);
    }
  }
}
