import type { Components } from '../components.js';
import type { Part } from '../lifecycle.js';
import type { TracingVariables } from '../settings-tracing.js';
import type { OtlpTracer } from './otlp-tracer.js';
import { silentTracer, type Tracer } from './tracer.js';

/** To be started before everything that makes spans, and stopped after it. */
export interface OpenTracer extends Part {
  /** Silent until the part is started, and for good when no endpoint is set. */
  readonly tracer: Tracer;
}

type TracerComponents = Omit<Components, 'tracer'>;

/** Sends spans to the endpoint of the settings. What cannot be sent is dropped and counted. */
export function openTracer(settings: TracingVariables, components: TracerComponents): OpenTracer {
  return new SettingsTracer(settings, components);
}

class SettingsTracer implements OpenTracer {
  readonly name = 'traces';
  readonly tracer: Tracer = { start: (span) => (this.#otlp?.tracer ?? silentTracer).start(span) };
  readonly #settings: TracingVariables;
  readonly #components: TracerComponents;
  #otlp: OtlpTracer | undefined;

  constructor(settings: TracingVariables, components: TracerComponents) {
    this.#settings = settings;
    this.#components = components;
  }

  async start(): Promise<void> {
    const endpoint = endpointOf(this.#settings);
    if (endpoint === undefined) return;
    // the SDK takes time and memory that nobody pays who does not trace
    const { createOtlpTracer } = await import('./otlp-tracer.js');
    this.#otlp = createOtlpTracer(endpoint, this.#settings, this.#components);
  }

  async stop(): Promise<void> {
    await this.#otlp?.close(this.#settings.SHUTDOWN_GRACE_MS);
  }
}

/** Undefined: nothing is traced. The one for traces is taken as it is, by the specification. */
function endpointOf(settings: TracingVariables): string | undefined {
  if (settings.OTEL_SDK_DISABLED) return undefined;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact } = settings;
  return exact ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`);
}
