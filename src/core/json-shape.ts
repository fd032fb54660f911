import { AppError } from './app-error.js';
import { invalidField } from './limits.js';

/** Deeper JSON is a mistake or an attack on whoever parses it next. */
export const JSON_DEPTH_MAX = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** Whether a text is JSON. For texts that are kept as they are: a parsed number loses digits. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Index after the text literal that begins at `start`, in valid JSON. */
export function endOfLiteral(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    // a search is ten times faster than a loop: texts may be megabytes
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length + 1;
    let first = quote;
    while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

/** How a character changes the depth, outside of text literals. */
export function depthStep(unit: number): -1 | 0 | 1 {
  if (unit === OPENING_BRACE || unit === OPENING_BRACKET) return 1;
  return unit === CLOSING_BRACE || unit === CLOSING_BRACKET ? -1 : 0;
}

/**
 * Before parsing, which may recurse and builds everything: throws INVALID_ARGUMENT for a text that
 * is nested too deep, LIMIT_EXCEEDED for one with more than `partsMax` commas and brackets that
 * open. The text may be no JSON at all.
 */
export function requireJsonShape(field: string, text: string, partsMax: number): void {
  let depth = 0;
  let parts = 0;
  for (let index = 0; index < text.length; ) {
    const unit = text.charCodeAt(index);
    if (unit === QUOTE) {
      index = endOfLiteral(text, index);
      continue;
    }
    const step = depthStep(unit);
    depth += step;
    if (step === 1 || unit === COMMA) parts += 1;
    if (depth > JSON_DEPTH_MAX) {
      throw invalidField(field, `must not be nested deeper than ${JSON_DEPTH_MAX}`);
    }
    if (parts > partsMax) throw tooManyParts(field, partsMax);
    index += 1;
  }
}

function tooManyParts(field: string, partsMax: number): AppError {
  const problem = `${field} has more commas and opening brackets than the limit of ${partsMax}`;
  return new AppError('LIMIT_EXCEEDED', problem, { field, limit: String(partsMax) });
}
