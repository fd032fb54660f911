import { invalidField } from './errors.js';

const INT32_MAX = 2_147_483_647;

/**
 * A number from 1 on; 0, the server's default, when it is not given. Throws InvalidRequestError: a
 * 0 that a caller gives must not become the default.
 */
export function encodeCount(count: number | undefined, field: string): number {
  return count === undefined ? 0 : wholeNumber(count, field, 1);
}

/** A whole number from `min` on. Throws InvalidRequestError. */
export function wholeNumber(value: number, field: string, min: number): number {
  if (Number.isInteger(value) && value >= min && value <= INT32_MAX) return value;
  throw invalidField(field, `is not a whole number from ${min} on`);
}
