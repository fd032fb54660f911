import { AppError } from '../../core/index.js';

/** The answer to everything after close(). */
export function closedError(): AppError {
  return new AppError('UNAVAILABLE', 'the memory storage is closed');
}

/** The append was ended by its caller before it was written. */
export function endedError(): AppError {
  return new AppError('UNAVAILABLE', 'the append was ended before it was written');
}
