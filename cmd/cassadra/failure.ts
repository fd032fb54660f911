import { CommanderError } from 'commander';
import {
  InvalidRequestError,
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  VersionConflictError,
} from '../../src/client/index.js';
import { AppError, ERROR_CATALOGUE } from '../../src/core/index.js';
import { SettingsError } from '../../src/runtime/index.js';
import { CliError } from './cli-error.js';
import { EXIT_CODES, type ExitName } from './exit-codes.js';
import { printable } from './printable.js';

/** A failure as it is told: one line for people, or one JSON object. */
export interface Failure {
  readonly exit: ExitName;
  /** A code of docs/errors.md, or a word of our own. */
  readonly reason: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
}

const CONFLICTS = [
  'EVENT_ID_REUSED',
  'TYPE_NAME_TAKEN',
  'TIMED_EVENT_EXISTS',
  'STREAM_FULL',
  'SCHEDULE_EXISTS',
  'REVISION_CONFLICT',
  'BACKFILL_RUNNING',
  'SWEEP_EXISTS',
  'NOT_FAILED',
  'KEY_EXISTS',
] as const;

function exitOfReason(reason: string): ExitName {
  if (CONFLICTS.some((code) => code === reason)) return 'conflict';
  if (reason === 'NOT_FOUND') return 'absent';
  if (reason === 'INVALID_ARGUMENT') return 'misused';
  if (reason === 'UNAVAILABLE' || reason === 'NOT_READY') return 'unavailable';
  return 'failed';
}

function exitOfStoreError(error: StoreError): ExitName {
  if (error instanceof VersionConflictError) return 'conflict';
  if (error instanceof OutcomeUnknownError) return 'unknown';
  if (error instanceof StoreUnavailableError) return 'unavailable';
  if (error instanceof InvalidRequestError) return 'misused';
  return exitOfReason(error.reason);
}

function failure(exit: ExitName, reason: string, message: string): Failure {
  return { exit, reason, message: message.replace(/\s*\n\s*/g, ' '), details: {} };
}

/** The client's message ends with what to do; here that can be said in flags. */
function storeMessage(error: StoreError): string {
  const { message, reason } = error;
  if (error instanceof VersionConflictError && error.currentVersion !== undefined) {
    return `the stream is at version ${error.currentVersion}: ${message}`;
  }
  if (error instanceof StoreUnavailableError && reason === 'UNAVAILABLE') {
    // the words of grpc-js, which end with a note that is mostly empty
    const said = message.replace(/ ?Resolution note: *$/, '').replace(/[.\s]*$/, '');
    return `${said}. Start the server (cassadra serve), or name it by --server`;
  }
  return reason === 'NOT_FOUND' ? `${message}: list what there is` : message;
}

/** What an error means to the caller of the program. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StoreError) {
    const { reason, details } = error;
    return { ...failure(exitOfStoreError(error), reason, storeMessage(error)), details };
  }
  if (error instanceof CliError) return failure(error.exit, error.exit, error.message);
  if (error instanceof AppError) {
    const { code, message, details } = error;
    const advised = `${message}. ${ERROR_CATALOGUE[code].advice}`;
    return { ...failure(exitOfReason(code), code, advised), details };
  }
  if (error instanceof SettingsError) return failure('misused', 'settings', error.message);
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '').replace(/\.$/, '');
    return failure('misused', 'usage', `${message}. See cassadra --help`);
  }
  return failure('failed', 'failed', error instanceof Error ? error.message : String(error));
}

/** The line for standard error. */
export function failureLine({ exit, reason, message, details }: Failure, json: boolean): string {
  if (!json) return `cassadra: ${printable(message)}`;
  return JSON.stringify({ error: { reason, message, details, exitCode: EXIT_CODES[exit].code } });
}
