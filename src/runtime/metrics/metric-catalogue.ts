import { APPEND_METRICS } from './catalogue/append-metrics.js';
import { CALL_METRICS } from './catalogue/call-metrics.js';
import { CASSANDRA_METRICS } from './catalogue/cassandra-metrics.js';
import { EMBEDDED_METRICS } from './catalogue/embedded-metrics.js';
import { FEED_METRICS } from './catalogue/feed-metrics.js';
import { PROGRAM_METRICS } from './catalogue/program-metrics.js';
import { TIMER_METRICS } from './catalogue/timer-metrics.js';
import type { MetricSection } from './metric-entry.js';

/**
 * Every metric of the servers. `docs/metrics.md` is written from it. No label holds what a caller
 * may choose freely (streams, event ids, applications, destinations).
 */
export const METRIC_CATALOGUE = {
  ...PROGRAM_METRICS,
  ...CALL_METRICS,
  ...APPEND_METRICS,
  ...FEED_METRICS,
  ...TIMER_METRICS,
  ...CASSANDRA_METRICS,
  ...EMBEDDED_METRICS,
} as const;

export type MetricName = keyof typeof METRIC_CATALOGUE;

/** The sections of the reference, in its order. */
export const METRIC_SECTIONS: readonly { title: string; metrics: MetricSection }[] = [
  { title: 'The program', metrics: PROGRAM_METRICS },
  { title: 'Calls', metrics: CALL_METRICS },
  { title: 'Appends', metrics: APPEND_METRICS },
  { title: 'Subscriptions and the feed', metrics: FEED_METRICS },
  { title: 'Timed events', metrics: TIMER_METRICS },
  { title: 'Cassandra', metrics: CASSANDRA_METRICS },
  { title: 'Embedded store', metrics: EMBEDDED_METRICS },
];
