import type { ErrorCode } from './error-catalogue.js';

/** Facts for the machine that reads the error: field, limit, current version. Never secrets. */
export type ErrorDetails = Readonly<Record<string, string>>;

/** The one error class of the project. The code says what it means to the caller. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, { cause });
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}
