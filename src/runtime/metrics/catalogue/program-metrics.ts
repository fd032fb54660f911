import type { MetricSection } from '../metric-entry.js';

/** Of the program as a whole. */
export const PROGRAM_METRICS = {
  cassadra_build_info: {
    kind: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: {
      version: 'of Cassadra',
      program: ['grpc-store', 'scheduler'],
      storage: ['memory', 'embedded', 'cassandra'],
      node_version: 'of Node.js',
    },
  },
  cassadra_ready: {
    kind: 'gauge',
    help: '1 while the server can serve, as /health/readiness says.',
    labels: {},
  },
  cassadra_tls_certificate_expiry_timestamp_seconds: {
    kind: 'gauge',
    help:
      'When a file of certificates expires, in seconds since the epoch: what the server shows, ' +
      'and the authorities of its clients.',
    labels: { file: ['certificate', 'client_ca'] },
  },
  cassadra_trace_spans_dropped_total: {
    kind: 'counter',
    help: 'Spans that could not be sent to the collector.',
    labels: {},
  },
} as const satisfies MetricSection;
