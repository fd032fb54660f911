import { adviceFor } from './advice.js';

/** What an error may carry besides its reason and message. */
export interface StoreErrorFacts {
  /** The facts that docs/errors.md names: field, limit, current_version. */
  readonly details?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * A call that failed. `reason` is a code of docs/errors.md, or the gRPC status of another server.
 * The kinds below say what it means for the caller.
 */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  /** For programs: a code of docs/errors.md. */
  readonly reason: string;
  /** Facts by name: field, limit, current_version. */
  readonly details: Readonly<Record<string, string>>;

  constructor(reason: string, message: string, { details = {}, cause }: StoreErrorFacts = {}) {
    super(message, cause === undefined ? undefined : { cause });
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

/** It may have been written. Call again with the same ids for the definite answer. */
export class OutcomeUnknownError extends StoreError {
  override readonly name = 'OutcomeUnknownError';
}

/** The store cannot be reached or cannot serve now; nothing was written. Retry with back-off. */
export class StoreUnavailableError extends StoreError {
  override readonly name = 'StoreUnavailableError';
}

/** The request is wrong, and nothing was written; the message names the field. */
export class InvalidRequestError extends StoreError {
  override readonly name = 'InvalidRequestError';
}

/** The reason of a connection that settings keep from being secure: the wrong authority, say. */
export const NO_TLS = 'TLS';

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'UNAVAILABLE',
  'NOT_READY',
  'STORAGE_FULL',
  'QUEUE_FULL',
  'OVERLOADED',
  'RATE_LIMITED',
  'QUOTA_REACHED',
  'TOO_MANY_SUBSCRIPTIONS',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
]);

const INVALID: ReadonlySet<string> = new Set([
  'INVALID_ARGUMENT',
  'LIMIT_EXCEEDED',
  'DUPLICATE_EVENT_ID',
  'CURSOR_INVALID',
]);

function kindOf(reason: string): typeof StoreError {
  if (reason === 'VERSION_CONFLICT') return VersionConflictError;
  if (reason === 'OUTCOME_UNKNOWN') return OutcomeUnknownError;
  if (UNAVAILABLE.has(reason)) return StoreUnavailableError;
  return INVALID.has(reason) ? InvalidRequestError : StoreError;
}

/** The error of a reason as a server gives it; its message ends with what to do. */
export function storeErrorOf(
  reason: string,
  message: string,
  facts: StoreErrorFacts = {},
): StoreError {
  const Kind = kindOf(reason);
  return new Kind(reason, withAdvice(reason, message), facts);
}

function withAdvice(reason: string, message: string): string {
  const advice = adviceFor(reason);
  if (advice === undefined || message.endsWith(advice)) return message;
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${advice}`;
}

/** A field that is wrong, found before anything is sent. */
export function invalidField(field: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('INVALID_ARGUMENT', `${field} ${problem}`, { details: { field } });
}

/** The error of what is under way when its client is closed. */
export function clientClosed(): StoreError {
  return new StoreError('CLIENT_CLOSED', 'the client was closed. Connect again.');
}
