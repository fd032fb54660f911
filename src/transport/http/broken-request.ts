import type { Socket } from 'node:net';
import { AppError } from '../../core/index.js';
import { answerOf, type ErrorAnswer } from './errors.js';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** What Node says of requests; the rest is about the connection, or its TLS handshake. */
const OF_HTTP = /^(HPE_|ERR_HTTP_)/;

/**
 * Answers what Node's parser refused, and closes. A socket that is still owed an answer is closed
 * only: its caller would take ours for that.
 */
export function answerBrokenRequest(error: Error, socket: Socket, owed: boolean): void {
  const code = 'code' in error ? String(error.code) : '';
  if (owed || !OF_HTTP.test(code) || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const { status, body } = meaningOf(code);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}

function meaningOf(code: string): ErrorAnswer {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return answerOf(new AppError('DEADLINE_EXCEEDED', 'the request did not come in time'), 408);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return answerOf(new AppError('LIMIT_EXCEEDED', 'URL and headers are too long'), 431);
  }
  return answerOf(new AppError('INVALID_ARGUMENT', 'this is not HTTP/1.1'));
}
