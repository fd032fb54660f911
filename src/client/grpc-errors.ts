import { status as grpcStatus, type Metadata, type StatusObject } from '@grpc/grpc-js';
import { connectionFailure, type ConnectionFailure } from './connection-failure.js';
import { decodeErrorInfo, type ErrorInfo } from './error-info.js';
import {
  InvalidRequestError,
  NO_TLS,
  OutcomeUnknownError,
  storeErrorOf,
  StoreError,
  StoreUnavailableError,
} from './errors.js';

/** Statuses that a lost connection, a proxy or a stopping server leaves, with no word of ours. */
const LOST: ReadonlySet<number> = new Set([
  grpcStatus.UNAVAILABLE,
  grpcStatus.DEADLINE_EXCEEDED,
  grpcStatus.CANCELLED,
  grpcStatus.INTERNAL,
  grpcStatus.UNKNOWN,
  grpcStatus.ABORTED,
]);

/** What a server or grpc-js says of messages; any other want of room passes. */
const TOO_LARGE = / larger than /;

/** What the store itself says in the trailers; undefined when it does not. */
export function errorInfoOf(metadata: Metadata): ErrorInfo | undefined {
  const [bytes] = metadata.get('grpc-status-details-bin');
  return bytes instanceof Buffer ? decodeErrorInfo(bytes) : undefined;
}

/** The error of a call that failed. `writes`: it may have changed the store. */
export function statusToError(status: StatusObject, writes: boolean): StoreError {
  const info = errorInfoOf(status.metadata);
  if (info === undefined) return withoutWord(status, writes);
  const { reason, details } = info;
  const known = storeErrorOf(reason, status.details, { details });
  // a reason of a newer server: the status says what kind it is
  const general = known.constructor === StoreError;
  if (general && status.code === grpcStatus.UNAVAILABLE)
    return new StoreUnavailableError(reason, status.details, { details });
  if (general && status.code === grpcStatus.INVALID_ARGUMENT)
    return new InvalidRequestError(reason, status.details, { details });
  return known;
}

/** The error of a call that never left this process. */
export function notConnected({ message, lasting }: ConnectionFailure): StoreUnavailableError {
  return new StoreUnavailableError(lasting ? NO_TLS : 'UNAVAILABLE', message);
}

function withoutWord({ code, details }: StatusObject, writes: boolean): StoreError {
  const unconnected = connectionFailure(details);
  if (unconnected !== undefined) return notConnected(unconnected);
  const reason = grpcStatus[code] ?? 'UNKNOWN';
  if (code === grpcStatus.INVALID_ARGUMENT) return new InvalidRequestError(reason, details);
  const wantsRoom = code === grpcStatus.RESOURCE_EXHAUSTED && !TOO_LARGE.test(details);
  if (!LOST.has(code) && !wantsRoom) return new StoreError(reason, details);
  if (writes) return new OutcomeUnknownError(reason, details);
  return new StoreUnavailableError(reason, details);
}
