import type { LabelsOf, Metrics } from '../runtime/index.js';
import type { QueuedAppend } from './queued-append.js';

export interface QueueFill {
  readonly appends: number;
  readonly bytes: number;
  /** Of what may wait. */
  readonly part: number;
}

type Outcome = LabelsOf<'cassadra_appends_total'>['outcome'];

/** `queued`: what was to be written. */
export function countAppend(metrics: Metrics, outcome: Outcome, queued?: QueuedAppend): void {
  metrics.add('cassadra_appends_total', { outcome });
  if (outcome !== 'appended' || queued === undefined) return;
  metrics.add('cassadra_appended_events_total', {}, queued.append.events.length);
  metrics.add('cassadra_appended_bytes_total', {}, queued.bytes);
}

/** One request to the storage. */
export function countWrite(metrics: Metrics, appends: number, durationMs: number): void {
  metrics.observe('cassadra_append_write_appends', {}, appends);
  metrics.observe('cassadra_append_write_duration_seconds', {}, durationMs / 1_000);
}

/** For as long as the process lives: a queue ends with it. */
export function showQueue(metrics: Metrics, now: () => QueueFill): void {
  metrics.gauge('cassadra_append_queue_appends', () => [{ labels: {}, value: now().appends }]);
  metrics.gauge('cassadra_append_queue_bytes', () => [{ labels: {}, value: now().bytes }]);
  metrics.gauge('cassadra_append_queue_fill_ratio', () => [{ labels: {}, value: now().part }]);
}
