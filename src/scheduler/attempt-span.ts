import { attemptNumber, type TimedEvent } from '../core/index.js';
import type { Span, Tracer } from '../runtime/index.js';
import type { DispatchResult } from './dispatcher.js';

/**
 * The span of one attempt, below that of the call that asked for it. Undefined for what the
 * scheduler does for itself. The name holds nothing that users choose, nor do attributes hold the
 * path of a URL: it may be a secret.
 */
export function attemptSpan(event: TimedEvent, tracer: Tracer): Span | undefined {
  const { key, plan } = event;
  const { target } = plan;
  if (target.kind === 'task') return undefined;
  const own = {
    'cassadra.application': key.application,
    'cassadra.event_id': key.eventId,
    'cassadra.attempt': attemptNumber(event),
  };
  const parent = plan.trace;
  if (target.kind === 'append') {
    const attributes = { ...own, 'cassadra.stream': target.stream };
    return tracer.start({ name: 'timed event append', kind: 'internal', parent, attributes });
  }
  const { hostname, port, protocol } = new URL(target.url);
  const http = {
    'http.request.method': target.method,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
  };
  const attributes = { ...own, ...http };
  return tracer.start({ name: 'timed event call', kind: 'client', parent, attributes });
}

/** Ends it with what came of the attempt. */
export function endAttemptSpan(span: Span | undefined, result: DispatchResult): void {
  const outcome = { 'cassadra.outcome': result.kind };
  switch (result.kind) {
    case 'answered': {
      const { status } = result;
      const error = status >= 400 ? `status ${status}` : undefined;
      return span?.end({ ...outcome, 'http.response.status_code': status }, error);
    }
    case 'failed':
    case 'refused':
      return span?.end(outcome, result.kind);
    case 'again':
    case 'withdrawn':
      return span?.end(outcome);
  }
}
