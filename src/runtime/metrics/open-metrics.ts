import type { Clock } from '../clock.js';
import type { MetricsOptions, PrometheusMetrics } from './metrics-text.js';

/** Counts for Prometheus. Its library is loaded here: clients and commands do without. */
export async function openMetrics(
  clock: Pick<Clock, 'monotonicMs'>,
  options: MetricsOptions,
): Promise<PrometheusMetrics> {
  const { prometheusMetrics } = await import('./prometheus-metrics.js');
  return prometheusMetrics(clock, options);
}
