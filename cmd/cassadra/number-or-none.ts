import { InvalidArgumentError } from 'commander';

/** What takes a limit away. */
export const NONE = 'none';

export type NumberOrNone = number | typeof NONE;

const WHOLE = /^\d{1,10}$/;
const DECIMAL = /^\d{1,10}(\.\d{1,6})?$/;

/** A whole number, or `none`. */
export function countOrNone(text: string): NumberOrNone {
  return numberOrNone(text, WHOLE);
}

/** A number, or `none`. */
export function rateOrNone(text: string): NumberOrNone {
  return numberOrNone(text, DECIMAL);
}

function numberOrNone(text: string, pattern: RegExp): NumberOrNone {
  if (text === NONE) return NONE;
  if (pattern.test(text)) return Number(text);
  throw new InvalidArgumentError(`Write a ${pattern === WHOLE ? 'whole ' : ''}number, or none.`);
}

/** The limit after a flag: as it was where none was given, undefined where there is to be none. */
export function limitAfter<Limit>(
  flag: Limit | typeof NONE | undefined,
  before?: Limit,
): Limit | undefined {
  if (flag === undefined) return before;
  return flag === NONE ? undefined : flag;
}
