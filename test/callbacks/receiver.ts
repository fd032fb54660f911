import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** One request as it came, or several on one connection in turn. */
export interface Received {
  /** Bytes as Latin-1, head and body. */
  readonly text: string;
  readonly socket: Socket;
}

export interface Receiver {
  readonly port: number;
  readonly sockets: readonly Socket[];
  readonly requests: readonly Received[];
  /** Resolves with the n-th request, from 1 on. */
  request(n: number): Promise<Received>;
  /** Resolves with the n-th connection, from 1 on. */
  connection(n: number): Promise<Socket>;
}

/** All bytes up to the end of the first request, undefined while it is not complete. */
function firstRequest(bytes: string): string | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(bytes.slice(0, head + 2))?.[1] ?? 0);
  const end = head + 4 + length;
  return bytes.length < end ? undefined : bytes.slice(0, end);
}

/** A server on 127.0.0.1 that knows just enough of HTTP; `answer` does what it likes. */
export async function startReceiver(
  t: TestContext,
  answer: (received: Received, n: number) => void = () => undefined,
): Promise<Receiver> {
  const sockets: Socket[] = [];
  const requests: Received[] = [];
  const server = createServer((socket) => {
    let bytes = '';
    sockets.push(socket);
    server.emit('news');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      const text = firstRequest(bytes);
      if (text === undefined) return;
      bytes = bytes.slice(text.length);
      requests.push({ text, socket });
      server.emit('news');
      answer({ text, socket }, requests.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  async function nth<Item>(items: readonly Item[], n: number): Promise<Item> {
    for (;;) {
      const item = items[n - 1];
      if (item !== undefined) return item;
      await once(server, 'news');
    }
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    sockets,
    requests,
    request: (n) => nth(requests, n),
    connection: (n) => nth(sockets, n),
  };
}

/** A whole answer. */
export function answerText(status: number, body = '', headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status} Word`, `Content-Length: ${Buffer.byteLength(body)}`];
  return [...lines, ...headers, '', body].join('\r\n');
}

/** Also for a socket that ends by a reset. */
export async function closed(socket: Socket): Promise<void> {
  // once() would reject for a reset
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}
