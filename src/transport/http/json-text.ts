import { invalidField } from '../../core/index.js';

/** Deeper JSON is a mistake or an attack on whoever parses it next. */
export const JSON_DEPTH_MAX = 64;

/** A body that is valid JSON: its exact text, and what it says. */
export interface JsonText {
  readonly text: string;
  readonly value: unknown;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set(['{', '['].map((bracket) => bracket.charCodeAt(0)));
const CLOSING = new Set(['}', ']'].map((bracket) => bracket.charCodeAt(0)));

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a body of a request. Throws INVALID_ARGUMENT (field `body`) unless it is strict JSON. */
export function readJson(body: unknown): JsonText {
  if (!(body instanceof Uint8Array) || body.byteLength === 0) {
    throw invalidField('body', 'must be JSON, and is empty');
  }
  const text = decodeText(body);
  requireShallow(text);
  return { text, value: parse(text) };
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

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidField('body', 'must be valid UTF-8');
  }
}

/** Before parsing, which may recurse. */
function requireShallow(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; ) {
    const unit = text.charCodeAt(index);
    if (unit === QUOTE) {
      index = endOfLiteral(text, index);
      continue;
    }
    depth += depthStep(unit);
    if (depth > JSON_DEPTH_MAX) {
      throw invalidField('body', `must not be nested deeper than ${JSON_DEPTH_MAX}`);
    }
    index += 1;
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // the parser's message would quote the body
    throw invalidField('body', 'must be valid JSON');
  }
}
