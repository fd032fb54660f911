import { encodeMetadata, textsOf } from './metadata.js';

/** Where in a trace something was asked for, as the W3C headers carry it. */
export interface TraceOrigin {
  readonly traceparent: string;
  /** '' when there is none. */
  readonly tracestate: string;
}

const TRACE_KEYS: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

/** The metadata of an event with the trace in it, unless it says of a trace itself. JSON text. */
export function withTrace(metadata: string | undefined, trace: TraceOrigin): string | undefined {
  const texts = textsOf(metadata);
  if (texts === undefined || hasTrace(texts)) return metadata;
  const { traceparent, tracestate } = trace;
  const added = new Map([...texts, ['traceparent', traceparent]]);
  if (tracestate !== '') added.set('tracestate', tracestate);
  return encodeMetadata(added);
}

/**
 * Whether two metadata say the same of their event. A retry comes in another span, so the keys of
 * traces do not count, whoever wrote them.
 */
export function sameMetadata(left: string | undefined, right: string | undefined): boolean {
  if (left === right) return true;
  const [one, other] = [textsOf(left), textsOf(right)];
  if (one === undefined || other === undefined || !(hasTrace(one) || hasTrace(other))) return false;
  return withoutTrace(one) === withoutTrace(other);
}

function hasTrace(texts: ReadonlyMap<string, string>): boolean {
  return [...TRACE_KEYS].some((key) => texts.has(key));
}

function withoutTrace(texts: ReadonlyMap<string, string>): string | undefined {
  return encodeMetadata(new Map([...texts].filter(([key]) => !TRACE_KEYS.has(key))));
}
