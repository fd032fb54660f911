import { invalidField, isJson, requireJsonShape } from '../../core/index.js';

/** Commas and opening brackets in a text: more than the largest has that is mostly values. */
const JSON_PARTS_MAX = 1_000_000;

/**
 * Throws INVALID_ARGUMENT for a text that is no JSON or is nested too deep, LIMIT_EXCEEDED for one
 * with too much inside. The text itself is kept as it is: a parsed number would lose digits.
 */
export function requireJson(field: string, text: string): void {
  requireJsonShape(field, text, JSON_PARTS_MAX);
  if (!isJson(text)) throw invalidField(field, 'must be valid JSON');
}
