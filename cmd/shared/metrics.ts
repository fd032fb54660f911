import type { CallGate } from '../../src/calls/index.js';
import {
  openMetrics,
  projectVersion,
  silentMetrics,
  storageOf,
  type BackendVariables,
  type Clock,
  type Metrics,
} from '../../src/runtime/index.js';
import { metricsRoutes, type HttpRoutes } from '../../src/transport/http/index.js';

/** What a program counts, and the route that shows it. */
export interface ProgramMetrics {
  readonly metrics: Metrics;
  /** `gate`: of the program, to tell callers apart. */
  routes(gate: Pick<CallGate, 'identify'>): readonly HttpRoutes[];
}

/** As `METRICS` has it. Once in a program. */
export async function programMetrics(
  program: 'grpc-store' | 'scheduler',
  settings: BackendVariables,
  clock: Clock,
): Promise<ProgramMetrics> {
  if (settings.METRICS === 'closed') return { metrics: silentMetrics, routes: () => [] };
  const metrics = await openMetrics(clock, { ofProcess: true });
  const storage = storageOf(settings);
  const build = { version: projectVersion(), program, storage, node_version: process.version };
  metrics.gauge('cassadra_build_info', () => [{ labels: build, value: 1 }]);
  const isOpen = settings.METRICS === 'open';
  return {
    metrics,
    routes: (gate) => [metricsRoutes({ metrics, gate: isOpen ? undefined : gate })],
  };
}

/** Shows whether the program can serve. */
export function showReadiness(metrics: Metrics, ready: () => boolean): void {
  metrics.gauge('cassadra_ready', () => [{ labels: {}, value: ready() ? 1 : 0 }]);
}
