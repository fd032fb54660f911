import type { HttpTarget } from '../core/index.js';
import type { OutgoingCall } from '../scheduler/index.js';

/** What is sent as body: the payload, except that a GET has none. Undefined: no body. */
export function bodyOf({ target, payload }: OutgoingCall<HttpTarget>): Uint8Array | undefined {
  return target.method === 'GET' || payload.byteLength === 0 ? undefined : payload;
}

export type Header = readonly [name: string, value: string];

/**
 * Names and values in turn: the user's in their order, then ours. `secret` ones stand for the
 * user's of the same name. Host, Content-Length and Connection are added by undici.
 */
export function requestHeaders(
  call: OutgoingCall<HttpTarget>,
  userAgent: string,
  secret: readonly Header[] = [],
): string[] {
  const replaced = new Set(secret.map(([name]) => name));
  const headers: string[] = [];
  const own = new Set<string>();
  for (const { name, value } of call.target.headers) {
    const lower = name.toLowerCase();
    if (replaced.has(lower)) continue;
    own.add(lower);
    headers.push(name, value);
  }
  const byDefault = (name: string, value: string): void => {
    if (!own.has(name)) headers.push(name, value);
  };
  byDefault('user-agent', userAgent);
  // bodies are logged as they come, so they must not come compressed
  byDefault('accept-encoding', 'identity');
  if (bodyOf(call) !== undefined) byDefault('content-type', 'application/json');
  if (!own.has('traceparent'))
    for (const [name, value] of traceHeaders(call)) byDefault(name, value);
  for (const header of entryHeaders(call)) headers.push(...header);
  for (const header of secret) headers.push(...header);
  return headers;
}

function traceHeaders({ trace }: OutgoingCall): readonly Header[] {
  if (trace === undefined) return [];
  const parent: Header = ['traceparent', trace.traceparent];
  return trace.tracestate === '' ? [parent] : [parent, ['tracestate', trace.tracestate]];
}

/** What tells a receiver which call it is. */
function entryHeaders({ key, generation, attempt, dueMs, run }: OutgoingCall): readonly Header[] {
  const headers: Header[] = [
    ['cassadra-id', generation],
    ['cassadra-application', encodeURIComponent(key.application)],
    ['cassadra-event-id', encodeURIComponent(key.eventId)],
    ['cassadra-attempt', String(attempt)],
    ['cassadra-due-ms', String(dueMs)],
  ];
  if (run === undefined) return headers;
  return [
    ...headers,
    ['cassadra-schedule-id', encodeURIComponent(run.scheduleId)],
    ['cassadra-nominal-ms', String(run.nominalMs)],
    ['cassadra-run-cause', run.cause],
  ];
}
