import { invalidField } from './errors.js';
import type { ClientTime } from './time.js';

/** When: a moment, ms since the epoch, or ms from now by the clock of this process. */
export type Moment = Date | number | { readonly inMs: number };

/** Ms since the epoch. Throws InvalidRequestError naming the field. */
export function encodeMoment(
  moment: Moment,
  field: string,
  time: Pick<ClientTime, 'nowMs'>,
): bigint {
  if (typeof moment === 'number') return wholeMs(moment, field);
  if (moment instanceof Date) return wholeMs(moment.getTime(), field);
  return wholeMs(time.nowMs() + Number(wholeMs(moment.inMs, `${field}.inMs`)), `${field}.inMs`);
}

/** Throws InvalidRequestError. */
export function wholeMs(value: number, field: string): bigint {
  if (!Number.isSafeInteger(value)) throw invalidField(field, 'is not a whole number of ms');
  return BigInt(value);
}

/** The same of what need not be given. */
export function optionalMs(value: number | undefined, field: string): bigint | undefined {
  return value === undefined ? undefined : wholeMs(value, field);
}

/** A number of the wire that need not be there. */
export function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
