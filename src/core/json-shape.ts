import { AppError } from './app-error.js';
import { invalidField } from './limits.js';

/** Deeper JSON is a mistake or an attack on whoever parses it next. */
export const JSON_DEPTH_MAX = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set(['{', '['].map((bracket) => bracket.charCodeAt(0)));
const CLOSING = new Set(['}', ']'].map((bracket) => bracket.charCodeAt(0)));

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
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== QUOTE) {
    index += text.charCodeAt(index) === BACKSLASH ? 2 : 1;
  }
  return index + 1;
}

/** How a character changes the depth, outside of text literals. */
export function depthStep(unit: number): -1 | 0 | 1 {
  if (OPENING.has(unit)) return 1;
  return CLOSING.has(unit) ? -1 : 0;
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
