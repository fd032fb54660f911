import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parentPort } from 'node:worker_threads';
import type { Arrival } from './arrival.js';

/** Arrivals go to the test in lots: a message for each would cost more than the call. */
const POST_EVERY_MS = 10;

/** What the thread says. */
export type ReceiverNews =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'arrivals'; readonly arrivals: readonly Arrival[] };

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function arrivalOf(request: IncomingMessage): Arrival {
  return {
    id: header(request, 'cassadra-id'),
    eventId: decodeURIComponent(header(request, 'cassadra-event-id')),
    attempt: Number(header(request, 'cassadra-attempt')),
    dueMs: Number(header(request, 'cassadra-due-ms')),
    atMs: Date.now(),
    path: request.url ?? '',
  };
}

/**
 * The path says how: `/ok`, `/hang`, `/slow/300` (ms, then 200), `/redirect`, `/busy/2` (429 with
 * Retry-After in seconds, then 200), `/answers/500,200` (one for each attempt, the last again).
 */
function answer(arrival: Arrival, response: ServerResponse): void {
  const [, how = '', what = ''] = arrival.path.split('/');
  switch (how) {
    case 'hang':
      return;
    case 'slow':
      setTimeout(() => response.end('slow'), Number(what));
      return;
    case 'redirect':
      response.writeHead(302, { location: '/ok' }).end();
      return;
    case 'busy':
      if (arrival.attempt === 1) response.writeHead(429, { 'retry-after': what });
      response.end('busy');
      return;
    case 'answers': {
      const statuses = what.split(',');
      const status = statuses[arrival.attempt - 1] ?? statuses.at(-1);
      response.writeHead(Number(status)).end(`answer ${arrival.attempt}`);
      return;
    }
    default:
      response.end('ok');
  }
}

function say(news: ReceiverNews): void {
  parentPort?.postMessage(news);
}

let waiting: Arrival[] = [];
const server = createServer((request, response) => {
  const arrival = arrivalOf(request);
  if (waiting.length === 0) {
    setTimeout(() => {
      say({ kind: 'arrivals', arrivals: waiting });
      waiting = [];
    }, POST_EVERY_MS);
  }
  waiting.push(arrival);
  request.resume();
  answer(arrival, response);
});
// longer than any pause here: a connection that is closed just when it is used again is no matter
// of these tests
server.keepAliveTimeout = 120_000;
server.listen({ host: '127.0.0.1', port: 0, backlog: 1_024 }, () => {
  const address = server.address();
  say({ kind: 'listening', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
});
