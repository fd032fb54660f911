import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server: its links can be cut, and it can be away. */
export class TcpProxy {
  readonly #targetHost: string;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  readonly #upstreams = new Map<Socket, Socket>();
  #server: Server | undefined;
  #port = 0;
  /** How many links were cut while they were open. */
  cuts = 0;

  constructor(target: string) {
    const [host = '127.0.0.1', port = '9042'] = target.split(':');
    this.#targetHost = host;
    this.#targetPort = Number(port);
  }

  /** `host:port`, the same over all times that it is away. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Takes connections, at the same port as before. */
  async listen(): Promise<void> {
    const server = createServer((socket) => this.#link(socket));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP port');
    this.#port = address.port;
    this.#server = server;
  }

  /** Cuts every link, in whatever state; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) {
      this.cuts += 1;
      socket.destroy();
    }
  }

  /** Swallows what the server says on the links that there are, until they are cut. */
  muteReplies(): void {
    for (const [upstream, client] of this.#upstreams) {
      upstream.unpipe(client);
      upstream.resume();
    }
  }

  /** Lets so many more bytes of the server pass, on the links that there are, and cuts. */
  cutAfterReplyBytes(bytes: number): void {
    let left = bytes;
    for (const [upstream, client] of this.#upstreams) {
      upstream.unpipe(client);
      upstream.on('data', (reply: Buffer) => {
        if (left <= 0) return;
        const passed = reply.subarray(0, left);
        left -= passed.length;
        client.write(passed, () => {
          if (left === 0) this.cut();
        });
      });
      upstream.resume();
    }
  }

  /** Cuts every link and refuses new ones until `listen`. */
  async goAway(): Promise<void> {
    const closed = this.#server === undefined ? undefined : once(this.#server, 'close');
    this.#server?.close();
    this.cut();
    await closed;
    this.#server = undefined;
  }

  #link(client: Socket): void {
    const upstream = connect(this.#targetPort, this.#targetHost);
    this.#upstreams.set(upstream, client);
    upstream.on('close', () => this.#upstreams.delete(upstream));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
