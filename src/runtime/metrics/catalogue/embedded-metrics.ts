import type { MetricSection } from '../metric-entry.js';

/** Of the embedded store. */
export const EMBEDDED_METRICS = {
  cassadra_embedded_commit_duration_seconds: {
    kind: 'histogram',
    help: 'How long commits took, the flush to the disk included.',
    labels: {},
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  },
  cassadra_embedded_commit_writes: {
    kind: 'histogram',
    help: 'Writes that one commit took together.',
    labels: {},
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  },
  cassadra_embedded_commit_failures_total: {
    kind: 'counter',
    help: 'Commits that failed, as on a full disk.',
    labels: {},
  },
  cassadra_embedded_data_bytes: {
    kind: 'gauge',
    help: 'Size of the data file that is in use.',
    labels: {},
  },
  cassadra_embedded_map_bytes: {
    kind: 'gauge',
    help: 'Size of the memory map; it grows with the data file.',
    labels: {},
  },
  cassadra_embedded_disk_free_bytes: {
    kind: 'gauge',
    help: 'What is free on the disk of the data directory, a moment ago.',
    labels: {},
  },
  cassadra_embedded_disk_bytes: {
    kind: 'gauge',
    help: 'Size of the disk of the data directory.',
    labels: {},
  },
} as const satisfies MetricSection;
