import {
  ROOT_CONTEXT,
  SpanKind as ApiKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as ApiSpan,
  type SpanContext,
  type Tracer as ApiTracer,
} from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { Components } from '../components.js';
import type { TracingVariables } from '../settings-tracing.js';
import { SpanBatches } from './span-batches.js';
import type { TraceContext } from './trace-context.js';
import type { Span, SpanKind, SpanStart, Tracer } from './tracer.js';

export interface OtlpTracer {
  readonly tracer: Tracer;
  /** Sends what is there; what is left after `graceMs` is dropped. */
  close(graceMs: number): Promise<void>;
}

const SCOPE = 'cassadra';
/** For one batch, its repetitions included. */
const EXPORT_TIMEOUT_MS = 10_000;

const KINDS: Readonly<Record<SpanKind, ApiKind>> = {
  server: ApiKind.SERVER,
  client: ApiKind.CLIENT,
  internal: ApiKind.INTERNAL,
};

/** Sends spans to `url` by OTLP over HTTP. Registers nothing with OpenTelemetry's globals. */
export function createOtlpTracer(
  url: string,
  settings: TracingVariables,
  components: Omit<Components, 'tracer'>,
): OtlpTracer {
  const exporter = new OTLPTraceExporter({
    url,
    headers: { ...settings.OTEL_EXPORTER_OTLP_HEADERS },
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const batches = new SpanBatches(exporter, components);
  const provider = new BasicTracerProvider({
    sampler: samplerOf(settings),
    resource: resourceOf(settings, components.ids.newId()),
    spanProcessors: [batches],
  });
  const spans = provider.getTracer(SCOPE);
  return {
    tracer: { start: (span) => started(spans, span) },
    close: (graceMs) => batches.close(graceMs),
  };
}

function samplerOf(settings: TracingVariables): Sampler {
  const ratio = (): Sampler => new TraceIdRatioBasedSampler(settings.OTEL_TRACES_SAMPLER_ARG);
  const byParent = (root: Sampler): Sampler => new ParentBasedSampler({ root });
  switch (settings.OTEL_TRACES_SAMPLER) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return ratio();
    case 'parentbased_always_on':
      return byParent(new AlwaysOnSampler());
    case 'parentbased_always_off':
      return byParent(new AlwaysOffSampler());
    case 'parentbased_traceidratio':
      return byParent(ratio());
  }
}

function resourceOf(settings: TracingVariables, instance: string): Resource {
  const { OTEL_SERVICE_NAME: name, OTEL_RESOURCE_ATTRIBUTES: attributes } = settings;
  const own = { 'service.name': 'cassadra', 'service.instance.id': instance };
  const said = { ...own, ...attributes, ...(name !== undefined && { 'service.name': name }) };
  return defaultResource().merge(resourceFromAttributes(said));
}

function started(spans: ApiTracer, { name, kind, parent, attributes }: SpanStart): Span {
  const options = { kind: KINDS[kind], attributes: { ...attributes } };
  const span = spans.startSpan(name, options, parentContext(parent));
  return { context: contextOf(span), end: (late, error) => end(span, late, error) };
}

function end(span: ApiSpan, ...[attributes, error]: Parameters<Span['end']>): void {
  if (attributes !== undefined) span.setAttributes({ ...attributes });
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end();
}

function parentContext(parent: TraceContext | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = parent.traceparent.split('-');
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(parent.tracestate !== '' && { traceState: new TraceState(parent.tracestate) }),
  };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}

function contextOf(span: ApiSpan): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const flags = traceFlags.toString(16).padStart(2, '0');
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    tracestate: traceState?.serialize() ?? '',
  };
}
