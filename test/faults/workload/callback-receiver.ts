import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Draws } from '../../../src/runtime/index.js';

const FAILS = 0.08;
const SLOW = 0.08;
const SLOW_MS = { from: 500, to: 4_500 };

/** Where timed events call. Answers 200, sometimes 500, sometimes late. */
export class CallbackReceiver {
  readonly #server: Server;
  readonly #host: string;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.#host = host;
  }

  static async listen(
    host: string,
    draws: Draws,
    arrived: (timer: string) => void,
  ): Promise<CallbackReceiver> {
    const server = createServer((request, response) => {
      arrived(decodeURIComponent(request.url?.split('/').at(-1) ?? ''));
      request.resume();
      const status = draws.chance(FAILS) ? 500 : 200;
      const lateMs = draws.chance(SLOW) ? draws.between(SLOW_MS.from, SLOW_MS.to) : 0;
      setTimeout(() => response.writeHead(status).end(), lateMs);
    });
    server.listen(0, host);
    await once(server, 'listening');
    return new CallbackReceiver(server, host);
  }

  /** What a timed event calls. */
  urlOf(timer: string): string {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return `http://${this.#host}:${port}/${encodeURIComponent(timer)}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
