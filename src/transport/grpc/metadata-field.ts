import { encodeMetadata, invalidField, type Metadata } from '../../core/index.js';

/** A map of texts. Throws INVALID_ARGUMENT for an empty key. */
export function decodeTexts(field: string, wire: Readonly<Record<string, string>>): Metadata {
  const texts = new Map(Object.entries(wire));
  if (texts.has('')) throw invalidField(field, 'must not have an empty key');
  return texts;
}

/** The JSON text that is stored; undefined for none. Throws INVALID_ARGUMENT. */
export function decodeMetadataField(
  field: string,
  wire: Readonly<Record<string, string>>,
): string | undefined {
  if (isEmpty(wire)) return undefined;
  return encodeMetadata(decodeTexts(field, wire));
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}
