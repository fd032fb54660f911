import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Place {
  readonly host: string;
  readonly port: number;
}

const SLOW_CHUNK_BYTES = 4_096;
const SLOW_CHUNK_MS = 125;

/** Stands before a node on an address of its own. It can fall silent, and it can be slow. */
export class CqlProxy {
  readonly #from: Place;
  readonly #to: Place;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #silent = 0;
  #slow = 0;

  constructor(from: Place, to: Place) {
    this.#from = from;
    this.#to = to;
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => this.#link(socket));
    server.listen(this.#from);
    await once(server, 'listening');
    this.#server = server;
  }

  /** Nothing passes any more; connections stay, and new ones open. */
  silence(): void {
    this.#silent += 1;
  }

  /** Takes back one {@link silence}. Connections are closed: what they said may have a hole. */
  speak(): void {
    this.#silent -= 1;
    if (this.#silent > 0) return;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** 32 KB a second in each direction of a connection. */
  slow(): void {
    this.#slow += 1;
  }

  /** Takes back one {@link slow}. */
  quicken(): void {
    this.#slow -= 1;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #link(client: Socket): void {
    const node = connect(this.#to);
    for (const [from, to] of [
      [client, node],
      [node, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      void this.#carry(from, to);
    }
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const data of from) if (Buffer.isBuffer(data)) await this.#pass(data, to);
    } catch {
      // its 'close' has ended the other side
    }
    to.end();
  }

  async #pass(data: Buffer, to: Socket): Promise<void> {
    if (this.#silent > 0) return;
    for (let at = 0; at < data.length; at += SLOW_CHUNK_BYTES) {
      if (this.#slow > 0) await sleep(SLOW_CHUNK_MS);
      if (!to.write(data.subarray(at, at + SLOW_CHUNK_BYTES))) await once(to, 'drain');
    }
  }
}
