import type { Metadata } from '@grpc/grpc-js';
import type { RecordedEvent } from './recorded-event.js';

/** A place in a trace: the keys `traceparent` and `tracestate`, as propagators write them. */
export type TraceCarrier = Readonly<Record<string, string | undefined>>;

/** The trace that is active where a call is made. */
export type TraceSource = () => TraceCarrier | undefined;

const TRACE_KEYS = ['traceparent', 'tracestate'] as const;

/**
 * Of which trace an event came, for a propagator to go on from; empty when it came of none.
 * Another program may have written it: it is as sound as its writer.
 */
export function traceContextOf({
  metadata,
}: Pick<RecordedEvent, 'metadata'>): Readonly<Record<string, string>> {
  const carrier: Record<string, string> = {};
  for (const key of TRACE_KEYS) {
    const value = metadata[key];
    if (value !== undefined) carrier[key] = value;
  }
  return carrier;
}

/** Adds the active trace to what a call sends. A trace that cannot be sent is no call's failure. */
export function addTrace(metadata: Metadata, source: TraceSource | undefined): void {
  try {
    const carrier = source?.();
    for (const key of TRACE_KEYS) {
      const value = carrier?.[key];
      if (value !== undefined && value !== '') metadata.set(key, value);
    }
  } catch {
    // the call matters more
  }
}
