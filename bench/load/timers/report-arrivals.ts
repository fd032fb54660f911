import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { wallClockMs } from '../wall-clock.js';

/**
 * For the worker of a library: tells load programs that connect what its handler was called for.
 * Prints the port when the worker is ready, and ends the worker with its parent.
 */
export class ArrivalReport {
  readonly #readers = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#readers.add(socket.setNoDelay(true));
    socket.on('error', () => undefined).on('close', () => this.#readers.delete(socket));
  });

  /** Call it first in the handler. Written at once: who is killed later has told of it. */
  arrived(ids: readonly string[]): void {
    const atMs = wallClockMs().toFixed(3);
    const lines = ids.map((id) => `${id} ${atMs}\n`).join('');
    for (const reader of this.#readers) reader.write(lines);
  }

  async ready(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('No port.');
    process.stdin.resume().once('end', () => process.exit(0));
    process.stdout.write(`ready ${String(address.port)}\n`);
  }
}
