import { once } from 'node:events';
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TestContext } from 'node:test';

/** A gRPC message: HealthCheckResponse SERVING, which other calls take for any answer. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 8, 1]);
const HEALTH = '/grpc.health.v1.Health/Check';

/** A server behind Envoy that keeps the headers of calls and answers as it is told. */
export class RecordingUpstream {
  readonly port: number;
  /** Headers of each call but health checks. */
  readonly calls: IncomingHttpHeaders[] = [];
  /** gRPC status of the answers. */
  status = 0;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(server: Http2Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
    });
    server.on('stream', (stream, headers) => this.#answer(stream, headers));
  }

  static async start(context: TestContext): Promise<RecordingUpstream> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const upstream = new RecordingUpstream(server, port);
    context.after(() => upstream.#close());
    return upstream;
  }

  #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    stream.on('error', () => undefined);
    const health = headers[':path'] === HEALTH && !('x-caller' in headers);
    if (!health) this.calls.push(headers);
    stream.resume().once('end', () => this.#end(stream, health ? 0 : this.status));
  }

  #end(stream: ServerHttp2Stream, status: number): void {
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    if (status !== 0) {
      stream.respond({ ...head, 'grpc-status': status }, { endStream: true });
      return;
    }
    stream.respond(head, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': 0 }));
    stream.end(SERVING);
  }

  #close(): void {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
  }
}
