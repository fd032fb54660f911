import { ApiError } from './api-error.js';

/** A name as part of a path. Browsers take `.` and `..` out, also encoded: another call is made. */
export function pathPart(name: string): string {
  if (name !== '.' && name !== '..') return encodeURIComponent(name);
  const message = `the name ${name} cannot be part of an address: use its UUID`;
  throw new ApiError('INVALID_ARGUMENT', message, { status: 0, details: {} });
}
