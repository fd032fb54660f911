import type { MetricSection } from '../metric-entry.js';

const KINDS = ['read', 'serial_read', 'feed_read', 'write', 'feed_write', 'lwt'] as const;
const ERRORS = [
  'timeout',
  'replica_timeout',
  'unavailable',
  'overloaded',
  'no_host',
  'refused',
  'other',
] as const;
const NODE = 'address and port of the node';
const OF = ['append', 'timer', 'document'] as const;

/** Of the driver, and of conditional writes (LWT). */
export const CASSANDRA_METRICS = {
  cassadra_cassandra_request_duration_seconds: {
    kind: 'histogram',
    help: 'How long requests to Cassandra took, those that failed included.',
    labels: { kind: KINDS },
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  cassadra_cassandra_errors_total: {
    kind: 'counter',
    help:
      'Requests to Cassandra that failed: no answer in time (`timeout`), replicas were late ' +
      '(`replica_timeout`) or too few (`unavailable`), nobody took it (`no_host`).',
    labels: {
      kind: KINDS,
      error: ERRORS,
    },
  },
  cassadra_cassandra_connections: {
    kind: 'gauge',
    help: 'Open connections of the driver.',
    labels: { node: NODE },
  },
  cassadra_cassandra_requests_in_flight: {
    kind: 'gauge',
    help: 'Requests that a node has been sent and has not answered.',
    labels: { node: NODE },
  },
  cassadra_cassandra_nodes: {
    kind: 'gauge',
    help: 'Nodes that the driver knows.',
    labels: { state: ['up', 'down'] },
  },
  cassadra_cassandra_clock_skew_seconds: {
    kind: 'gauge',
    help: 'How far the clock is from that of Cassandra for certain; see MAX_CLOCK_SKEW_MS.',
    labels: {},
  },
  cassadra_lwt_tries: {
    kind: 'histogram',
    help: 'Tries until the outcome of a conditional write was definite, or given up.',
    labels: { of: OF },
    buckets: [1, 2, 3, 5, 10, 20, 50],
  },
  cassadra_lwt_undecided_total: {
    kind: 'counter',
    help: 'Tries of conditional writes without a sure answer; a serial read settles each.',
    labels: { of: OF },
  },
  cassadra_lwt_lost_races_total: {
    kind: 'counter',
    help: 'Writes of appends that were refused since another server had written to the stream.',
    labels: {},
  },
} as const satisfies MetricSection;
