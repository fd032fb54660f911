import {
  createLogger,
  openTracer,
  systemComponents,
  type BackendVariables,
  type Components,
  type Part,
} from '../../src/runtime/index.js';
import { programMetrics, type ProgramMetrics } from './metrics.js';

type Settings = BackendVariables & Parameters<typeof openTracer>[0];

export interface ObservedComponents {
  readonly components: Components;
  readonly counted: ProgramMetrics;
  /** To be started before all others. */
  readonly traces: Part;
}

/** The components of a server, which log, count and trace as its settings say. */
export async function observedComponents(
  program: 'grpc-store' | 'scheduler',
  settings: Settings,
): Promise<ObservedComponents> {
  const plain = systemComponents(createLogger(program, settings.LOG_LEVEL));
  const counted = await programMetrics(program, settings, plain.clock);
  const system = { ...plain, metrics: counted.metrics };
  const traces = openTracer(settings, system);
  return { components: { ...system, tracer: traces.tracer }, counted, traces };
}
