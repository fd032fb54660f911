import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { decodeErrorInfo } from './error-info.js';

/**
 * A call that failed. `reason` is a code of docs/errors.md, or the gRPC status of another server.
 */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  readonly reason: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(reason: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}

/**
 * The stream is not at the expected version; nothing was written. Load it again and decide anew.
 */
export class VersionConflictError extends StoreError {
  override readonly name = 'VersionConflictError';

  /** Undefined when the server does not say. */
  get currentVersion(): number | undefined {
    const { current_version: version } = this.details;
    return version === undefined ? undefined : Number(version);
  }
}

/** The events may have been written. Call again with the same append id for the definite answer. */
export class OutcomeUnknownError extends StoreError {
  override readonly name = 'OutcomeUnknownError';
}

/** The store cannot be reached or cannot serve now; nothing was written. Retry with back-off. */
export class StoreUnavailableError extends StoreError {
  override readonly name = 'StoreUnavailableError';
}

/** The request is wrong; the message names the field. */
export class InvalidRequestError extends StoreError {
  override readonly name = 'InvalidRequestError';
}

/** What grpc-js says when a call never left the process. */
const NEVER_SENT = /^No connection established/;

/** How a call without an answer of the store may have ended. */
function unanswered(error: ServiceError, writes: boolean): StoreError {
  const reason = grpcStatus[error.code] ?? 'UNKNOWN';
  const { details } = error;
  // the original server's conflict
  if (details === 'optimistic locking failed') return new VersionConflictError(reason, details);
  if (error.code === grpcStatus.INVALID_ARGUMENT) return new InvalidRequestError(reason, details);
  const refused = error.code === grpcStatus.RESOURCE_EXHAUSTED;
  const sent = !refused && !NEVER_SENT.test(details) && error.code !== grpcStatus.UNIMPLEMENTED;
  if (writes && sent) return new OutcomeUnknownError(reason, details);
  const away = [grpcStatus.UNAVAILABLE, grpcStatus.DEADLINE_EXCEEDED].includes(error.code);
  return away ? new StoreUnavailableError(reason, details) : new StoreError(reason, details);
}

/** The typed error of a failed call. `writes`: the call may have changed the store. */
export function toStoreError(error: ServiceError, writes: boolean): StoreError {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const info = bytes instanceof Buffer ? decodeErrorInfo(bytes) : undefined;
  if (info === undefined) return unanswered(error, writes);
  const { reason, details } = info;
  if (reason === 'VERSION_CONFLICT')
    return new VersionConflictError(reason, error.details, details);
  if (reason === 'OUTCOME_UNKNOWN') return new OutcomeUnknownError(reason, error.details, details);
  switch (error.code) {
    case grpcStatus.UNAVAILABLE:
    case grpcStatus.DEADLINE_EXCEEDED:
      return new StoreUnavailableError(reason, error.details, details);
    case grpcStatus.INVALID_ARGUMENT:
      return new InvalidRequestError(reason, error.details, details);
    default:
      return new StoreError(reason, error.details, details);
  }
}
