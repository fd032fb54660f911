import { status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import {
  InvalidRequestError,
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  VersionConflictError,
} from '../errors.js';
import { connectionFailure } from '../connection-failure.js';
import { errorInfoOf, notConnected } from '../grpc-errors.js';

/** How a call without an answer of the store may have ended. */
function unanswered(error: ServiceError, writes: boolean): StoreError {
  const reason = grpcStatus[error.code] ?? 'UNKNOWN';
  const { details } = error;
  const unconnected = connectionFailure(details);
  if (unconnected !== undefined) return notConnected(unconnected);
  // the original server's conflict
  if (details === 'optimistic locking failed') return new VersionConflictError(reason, details);
  if (error.code === grpcStatus.INVALID_ARGUMENT) return new InvalidRequestError(reason, details);
  const refused = error.code === grpcStatus.RESOURCE_EXHAUSTED;
  const sent = !refused && error.code !== grpcStatus.UNIMPLEMENTED;
  if (writes && sent) return new OutcomeUnknownError(reason, details);
  const away = [grpcStatus.UNAVAILABLE, grpcStatus.DEADLINE_EXCEEDED].includes(error.code);
  return away ? new StoreUnavailableError(reason, details) : new StoreError(reason, details);
}

/** The typed error of a failed call. `writes`: the call may have changed the store. */
export function toStoreError(error: ServiceError, writes: boolean): StoreError {
  const info = errorInfoOf(error.metadata);
  if (info === undefined) return unanswered(error, writes);
  const { reason, details } = info;
  if (reason === 'VERSION_CONFLICT')
    return new VersionConflictError(reason, error.details, { details });
  if (reason === 'OUTCOME_UNKNOWN')
    return new OutcomeUnknownError(reason, error.details, { details });
  switch (error.code) {
    case grpcStatus.UNAVAILABLE:
    case grpcStatus.DEADLINE_EXCEEDED:
      return new StoreUnavailableError(reason, error.details, { details });
    case grpcStatus.INVALID_ARGUMENT:
      return new InvalidRequestError(reason, error.details, { details });
    default:
      return new StoreError(reason, error.details, { details });
  }
}
