import { SKIP_REASONS, type Schedule } from '../../core/index.js';
import type { Metrics } from '../../runtime/index.js';

/** What was made and skipped between two states of a schedule; `to` is stored. */
export function countRuns(metrics: Metrics, from: Schedule | undefined, to: Schedule): void {
  if (from === undefined) return;
  const made = to.counts.made - from.counts.made;
  if (made > 0) metrics.add('cassadra_schedule_runs_total', {}, made);
  for (const reason of SKIP_REASONS) {
    const skipped = to.counts.skipped[reason] - from.counts.skipped[reason];
    if (skipped > 0) metrics.add('cassadra_schedule_skips_total', { reason }, skipped);
  }
}
