import { ScalarType, type DescField, type JsonValue } from '@bufbuild/protobuf';
import { invalidField } from '../../../core/index.js';

/** Whether a field can be written as one text, or as many. */
export function isTextual(field: DescField): boolean {
  if (field.fieldKind === 'list') return field.listKind !== 'message';
  return field.fieldKind === 'scalar' || field.fieldKind === 'enum';
}

/**
 * The JSON of a field from texts of a path or a query. Throws INVALID_ARGUMENT when there are many
 * for a field that has one value; numbers and names of enums are checked as JSON.
 */
export function fieldValue(name: string, field: DescField, texts: readonly string[]): JsonValue {
  const toJson = (text: string): JsonValue => {
    if (field.enum !== undefined) return /^-?\d{1,10}$/.test(text) ? Number(text) : text;
    return field.scalar === ScalarType.BOOL ? boolValue(name, text) : text;
  };
  if (field.fieldKind === 'list') return texts.map(toJson);
  const [text = '', ...others] = texts;
  if (others.length > 0) throw invalidField(name, 'must stand once');
  return toJson(text);
}

function boolValue(name: string, text: string): boolean {
  if (text !== 'true' && text !== 'false') throw invalidField(name, 'must be true or false');
  return text === 'true';
}
