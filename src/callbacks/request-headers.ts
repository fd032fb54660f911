import type { HttpTarget } from '../core/index.js';
import type { OutgoingCall } from '../scheduler/index.js';

/** What is sent as body: the payload, except that a GET has none. Undefined: no body. */
export function bodyOf({ target, payload }: OutgoingCall<HttpTarget>): Uint8Array | undefined {
  return target.method === 'GET' || payload.byteLength === 0 ? undefined : payload;
}

/**
 * Names and values in turn: the user's in their order, then ours. Host, Content-Length and
 * Connection are added by undici.
 */
export function requestHeaders(call: OutgoingCall<HttpTarget>, userAgent: string): string[] {
  const { target, key } = call;
  const own = new Set(target.headers.map(({ name }) => name.toLowerCase()));
  const defaults: [string, string][] = [
    ['user-agent', userAgent],
    // bodies are logged as they come, so they must not come compressed
    ['accept-encoding', 'identity'],
  ];
  if (bodyOf(call) !== undefined) defaults.push(['content-type', 'application/json']);
  const ours: [string, string][] = [
    ['cassadra-id', call.generation],
    ['cassadra-application', encodeURIComponent(key.application)],
    ['cassadra-event-id', encodeURIComponent(key.eventId)],
    ['cassadra-attempt', String(call.attempt)],
    ['cassadra-due-ms', String(call.dueMs)],
  ];
  return [
    ...target.headers.flatMap(({ name, value }) => [name, value]),
    ...defaults.filter(([name]) => !own.has(name)).flat(),
    ...ours.flat(),
  ];
}
