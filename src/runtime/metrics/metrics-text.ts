import type { Metrics } from './metrics.js';

/** What Prometheus is answered. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface PrometheusMetrics extends Metrics, MetricsText {}

export interface MetricsOptions {
  /** Also CPU, memory, file descriptors and event-loop delay: once in a process. */
  readonly ofProcess: boolean;
}
