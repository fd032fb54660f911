import { status as grpcStatus, type Metadata, type StatusObject } from '@grpc/grpc-js';
import { decodeErrorInfo, type ErrorInfo } from './error-info.js';
import {
  InvalidRequestError,
  OutcomeUnknownError,
  storeErrorOf,
  StoreError,
  StoreUnavailableError,
} from './errors.js';

/** What grpc-js says when a call never left the process. */
const NEVER_SENT = /^No connection established|^Name resolution failed/;

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

/** Whether a call that ended so, without a word of the store, never left this process. */
export function neverSent(details: string): boolean {
  return NEVER_SENT.test(details);
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

function withoutWord({ code, details }: StatusObject, writes: boolean): StoreError {
  const reason = grpcStatus[code] ?? 'UNKNOWN';
  if (code === grpcStatus.INVALID_ARGUMENT) return new InvalidRequestError(reason, details);
  const wantsRoom = code === grpcStatus.RESOURCE_EXHAUSTED && !TOO_LARGE.test(details);
  if (!LOST.has(code) && !wantsRoom) return new StoreError(reason, details);
  if (writes && !neverSent(details)) return new OutcomeUnknownError(reason, details);
  return new StoreUnavailableError(reason, details);
}
