import { Metadata, status as grpcStatus, type StatusObject } from '@grpc/grpc-js';
import { AppError, ERROR_CATALOGUE, type ErrorCode } from '../../core/index.js';
import type { Logger } from '../../runtime/index.js';
import { encodeStatusDetails } from './error-details.js';

/** Trailers share one header block with everything else; clients accept 8 KiB by default. */
const MESSAGE_CHARACTERS_MAX = 500;

/** Not too long, and without halves of characters, which grpc-js cannot encode. */
export function shorten(text: string): string {
  const short =
    text.length <= MESSAGE_CHARACTERS_MAX ? text : `${text.slice(0, MESSAGE_CHARACTERS_MAX)}…`;
  return Buffer.from(short).toString();
}

/** What the caller is told of an error. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'INTERNAL';
}

/** The error as it may leave the server. What is not an AppError is a fault: logged, never told. */
export function toAppError(error: unknown, logger: Logger): AppError {
  const known = error instanceof AppError ? error : new AppError('INTERNAL', 'internal error');
  if (known !== error) logger.error({ err: error }, 'a call failed unexpectedly');
  const fault = ERROR_CATALOGUE[known.code].http === 500;
  if (fault) logger.error({ err: known }, 'a call met a fault of the server');
  return known;
}

/** The one map from errors to gRPC. */
export function toStatus(error: unknown, logger: Logger): StatusObject {
  const known = toAppError(error, logger);
  const entry = ERROR_CATALOGUE[known.code];
  const code = grpcStatus[entry.grpc];
  const message = shorten(known.message);
  const details = Object.fromEntries(
    Object.entries(known.details).map(([key, value]) => [key, shorten(value)]),
  );
  const metadata = new Metadata();
  const encoded = encodeStatusDetails({ code, message, reason: known.code, details });
  metadata.set('grpc-status-details-bin', encoded);
  return { code, details: message, metadata };
}
