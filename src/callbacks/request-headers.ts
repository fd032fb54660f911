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
  const users = call.target.headers.filter(({ name }) => !replaced.has(name.toLowerCase()));
  const own = new Set(users.map(({ name }) => name.toLowerCase()));
  const defaults: Header[] = [
    ['user-agent', userAgent],
    // bodies are logged as they come, so they must not come compressed
    ['accept-encoding', 'identity'],
  ];
  if (bodyOf(call) !== undefined) defaults.push(['content-type', 'application/json']);
  if (!own.has('traceparent')) defaults.push(...traceHeaders(call));
  return [
    ...users.flatMap(({ name, value }) => [name, value]),
    ...defaults.filter(([name]) => !own.has(name)).flat(),
    ...entryHeaders(call).flat(),
    ...secret.flat(),
  ];
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
