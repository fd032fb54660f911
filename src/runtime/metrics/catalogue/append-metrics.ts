import type { MetricSection } from '../metric-entry.js';

const OUTCOMES = [
  'appended',
  'duplicate',
  'conflict',
  'unknown',
  'unavailable',
  'invalid',
  'queue_full',
] as const;

/** Of the queue of appends, and what the storage answered. */
export const APPEND_METRICS = {
  cassadra_appends_total: {
    kind: 'counter',
    help: 'Appends by what became of them in the storage, also when their caller had gone.',
    labels: { outcome: OUTCOMES },
  },
  cassadra_appended_events_total: {
    kind: 'counter',
    help: 'Events of the appends that were written.',
    labels: {},
  },
  cassadra_appended_bytes_total: {
    kind: 'counter',
    help: 'Payloads and metadata of the events that were written.',
    labels: {},
  },
  cassadra_append_queue_appends: {
    kind: 'gauge',
    help: 'Appends that wait or are being written.',
    labels: {},
  },
  cassadra_append_queue_bytes: {
    kind: 'gauge',
    help: 'Payloads and metadata of the appends that wait or are being written.',
    labels: {},
  },
  cassadra_append_queue_fill_ratio: {
    kind: 'gauge',
    help: 'How full the queue is, by number or by bytes, whichever is more; 1 refuses appends.',
    labels: {},
  },
  cassadra_append_write_appends: {
    kind: 'histogram',
    help: 'Appends to one stream that went to the storage together.',
    labels: {},
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  },
  cassadra_append_write_duration_seconds: {
    kind: 'histogram',
    help: 'How long the storage took until all appends of one such write were decided.',
    labels: {},
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
  },
} as const satisfies MetricSection;
