import { once } from 'node:events';
import { createServer } from 'node:http';
import type { OnArrival } from '../../load/timers/timer-client.js';
import { wallClockMs } from '../../load/wall-clock.js';

/** Where timers arrive. */
export interface Receiver {
  /** Where it is called. None: it is not called, but looks by itself. */
  readonly url?: string;
  close(): void;
}

/** Answers each call of a timed event at once. */
export async function startReceiver(arrived: OnArrival): Promise<Receiver> {
  const server = createServer((request, response) => {
    arrived(String(request.headers['cassadra-event-id']), wallClockMs());
    request.resume();
    response.end();
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    url: `http://127.0.0.1:${String(address.port)}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
