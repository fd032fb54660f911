import { invalidField, requireJsonShape, type JsonText } from '../../core/index.js';

/**
 * Commas and opening brackets in a body, text literals not counted: what can be parsed in well
 * under a second. A payload may be large JSON, which is parsed once.
 */
const PARTS_MAX = 1_000_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a body of a request. Throws INVALID_ARGUMENT (field `body`) unless it is strict JSON, and
 * LIMIT_EXCEEDED when it has over `partsMax` commas and opening brackets.
 */
export function readJson(body: unknown, partsMax = PARTS_MAX): JsonText {
  if (!(body instanceof Uint8Array) || body.byteLength === 0) {
    throw invalidField('body', 'must be JSON, and is empty');
  }
  const text = decodeText(body);
  requireJsonShape('body', text, partsMax);
  return { text, value: parse(text) };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidField('body', 'must be valid UTF-8');
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
