import { AppError } from '../../core/index.js';

/** The answer to everything after close(). */
export function closedError(): AppError {
  return new AppError('UNAVAILABLE', 'the memory storage is closed');
}

/** The write was ended by its caller before it began. */
export function endedError(): AppError {
  return new AppError('UNAVAILABLE', 'the write was ended before it began');
}
