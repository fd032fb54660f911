import type { Socket } from 'node:net';
import type { Timers } from '../../runtime/index.js';

/** With which HTTP/2 begins: 24 bytes, and a frame of settings. */
const PREFACE_BYTES = 33;

/** Closes a connection that does not begin to speak HTTP/2 in time: grpc-js would wait for ever. */
export function requirePreface(socket: Socket, timeoutMs: number, timers: Timers): void {
  // the bytes of a TLS handshake do not count
  const readBefore = socket.bytesRead;
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  void timers.sleep(timeoutMs, closed.signal).then(() => {
    if (socket.bytesRead - readBefore < PREFACE_BYTES) socket.destroy();
  });
}
