import { EventEmitter } from 'node:events';
import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import { status, type Server } from '@grpc/grpc-js';

/**
 * Calls back for each stream that its other end resets before it has sent anything and before it
 * was answered, whatever path it names: grpc-js never hears of most. To be called when the server
 * has its injector.
 */
export function watchAbandonedStreams(
  server: Server,
  abandoned: (address: string, session: Http2Session) => void,
): void {
  for (const http2Server of http2ServersOf(server)) {
    http2Server.on('stream', (stream: ServerHttp2Stream) => {
      const { session } = stream;
      // one that is destroyed has no socket any more, and throws when it is asked
      if (session === undefined || session.destroyed) return;
      const { remoteAddress = '' } = session.socket;
      stream.once('close', () => {
        const isReset = stream.rstCode !== constants.NGHTTP2_NO_ERROR;
        const isUsed = isAnswered(stream) || stream.readableDidRead;
        if (isReset && !isUsed) abandoned(remoteAddress, session);
      });
    });
  }
}

/** What names no method is answered at once, before its reset is seen: that does not count. */
function isAnswered({ headersSent, sentHeaders }: ServerHttp2Stream): boolean {
  return headersSent && Number(sentHeaders?.['grpc-status']) !== Number(status.UNIMPLEMENTED);
}

/** The HTTP/2 servers below a gRPC server, which grpc-js keeps to itself. */
function http2ServersOf(server: object): readonly EventEmitter[] {
  const servers: unknown = 'http2Servers' in server ? server.http2Servers : undefined;
  if (!(servers instanceof Map)) return [];
  return [...servers.keys()].filter((one: unknown) => one instanceof EventEmitter);
}
