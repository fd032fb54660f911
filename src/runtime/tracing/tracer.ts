import type { TraceContext } from './trace-context.js';

export type SpanKind = 'server' | 'client' | 'internal';

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** Undefined: a trace begins here. */
  readonly parent: TraceContext | undefined;
  readonly attributes: SpanAttributes;
}

/** One piece of work in a trace. */
export interface Span {
  /** For what comes of this work; undefined where nothing is traced. */
  readonly context: TraceContext | undefined;
  /** Exactly once. `error` is a code or a short constant text, never a payload. */
  end(attributes?: SpanAttributes, error?: string): void;
}

/** Makes spans. Never throws, and never waits. */
export interface Tracer {
  start(span: SpanStart): Span;
}

/** Passes on what callers trace, and makes no spans of its own. */
export const silentTracer: Tracer = {
  start: ({ parent }) => ({ context: parent, end: () => undefined }),
};
