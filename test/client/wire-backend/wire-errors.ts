import {
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  VersionConflictError,
} from '../../../src/client/index.js';
import { AppError, ERROR_CATALOGUE, type ErrorCode } from '../../../src/core/index.js';
import type { AppendOutcome } from '../../../src/storage/index.js';

function isCode(reason: string): reason is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, reason);
}

/** The error that a port would have thrown; throws what is none of the store's. */
export function portError(error: unknown): AppError {
  if (!(error instanceof StoreError)) throw error;
  const { message, details, reason } = error;
  if (error instanceof StoreUnavailableError) return new AppError('UNAVAILABLE', message, details);
  if (isCode(reason)) return new AppError(reason, message, details);
  throw error;
}

/** For reads: rejects as a port does. */
export async function asPort<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw portError(error);
  }
}

/** How an append has ended that the client says has failed. */
export function failedOutcome(error: unknown, signal: AbortSignal): AppendOutcome {
  if (error instanceof OutcomeUnknownError) return { kind: 'unknown' };
  if (error instanceof VersionConflictError && error.currentVersion !== undefined) {
    return { kind: 'conflict', currentVersion: error.currentVersion };
  }
  // ended by the signal, and not unknown: it was not sent
  if (signal.aborted && error === signal.reason) {
    return { kind: 'unavailable', error: new AppError('CANCELLED', 'ended by the signal') };
  }
  const refused = portError(error);
  return { kind: refused.code === 'UNAVAILABLE' ? 'unavailable' : 'invalid', error: refused };
}
