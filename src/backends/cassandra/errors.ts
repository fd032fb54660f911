import { errors } from 'cassandra-driver';
import { AppError } from '../../core/index.js';

/**
 * What is known of a conditional write that failed.
 * `not-sent`: no statement left the process. `refused`: the statement itself is wrong, nothing was
 * written. `undecided`: it may have been applied, or may still be.
 */
export type WriteFailure = 'not-sent' | 'refused' | 'undecided';

/** A write was held back: its savetimes may be below what readers have seen. Nothing was sent. */
export class StaleWriteError extends Error {
  override readonly name = 'StaleWriteError';
}

/** Codes of the native protocol that speak of the statement, before anything is executed. */
const REFUSALS = new Set([0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x0100]);

/**
 * Sorts an error of a conditional write. The driver gives NoHostAvailable only when no host took
 * the request, since conditional writes are sent with the fall-through policy. Everything else but
 * a refusal leaves the write undecided, unavailability and a time-out of the commit included.
 */
export function writeFailure(error: unknown): WriteFailure {
  if (error instanceof StaleWriteError) return 'not-sent';
  if (error instanceof errors.NoHostAvailableError) return 'not-sent';
  return isRefusal(error) ? 'refused' : 'undecided';
}

/** The statement itself is wrong. */
export function isRefusal(error: unknown): boolean {
  return error instanceof errors.ResponseError && REFUSALS.has(error.code);
}

/** For a read, or a write that may be repeated: UNAVAILABLE, with the driver's error as cause. */
export function unavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('UNAVAILABLE', 'Cassandra does not answer', {}, error);
}
