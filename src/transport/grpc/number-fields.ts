import { invalidField, requireMilliseconds, requireWithin } from '../../core/index.js';

/** An int64 that a number can hold. Throws INVALID_ARGUMENT. */
export function decodeInt64(field: string, value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalidField(field, 'must be within ±(2^53 − 1)');
  return number;
}

/** The same; undefined when it is not set. */
export function decodeOptional(field: string, value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : decodeInt64(field, value);
}

/** A moment in ms since 1970; undefined when it is not set. Throws INVALID_ARGUMENT. */
export function decodeMoment(field: string, value: bigint | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = decodeInt64(field, value);
  if (ms < 0) throw invalidField(field, 'must not be negative');
  requireMilliseconds(field, ms);
  return ms;
}

/** A moment that has to be set: 0 would mean another one than nothing. */
export function requireMoment(field: string, value: bigint | undefined): number {
  const ms = decodeMoment(field, value);
  if (ms === undefined) throw invalidField(field, 'is required');
  return ms;
}

/** How many are wanted, by default when it is 0. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeCount(
  field: string,
  count: number,
  { standard, max }: { readonly standard: number; readonly max: number },
): number {
  if (count < 0) throw invalidField(field, 'must not be negative');
  requireWithin(field, count, max);
  return count === 0 ? standard : count;
}

export function encodeOptional(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}
