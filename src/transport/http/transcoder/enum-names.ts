import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { invalidField } from '../../../core/index.js';

/**
 * Throws INVALID_ARGUMENT that names the field for an enum's value that is not known: the reader of
 * JSON only says which enum. What is wrong otherwise is left to that reader.
 */
export function requireEnumNames(desc: DescMessage, json: unknown, outer = ''): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return;
  const values = new Map<string, unknown>(Object.entries(json));
  for (const field of desc.fields) {
    const value = values.get(field.jsonName) ?? values.get(field.name);
    if (value !== undefined && value !== null) requireField(field, value, outer + field.name);
  }
}

function requireField(field: DescField, value: unknown, name: string): void {
  if (field.fieldKind === 'map') return;
  const isList = field.fieldKind === 'list' && Array.isArray(value);
  const items: unknown[] = isList ? value : [value];
  for (const [index, item] of items.entries()) {
    const itemName = isList ? `${name}[${index}]` : name;
    if (field.enum !== undefined) requireName(field.enum, item, itemName);
    if (field.message !== undefined) requireEnumNames(field.message, item, `${itemName}.`);
  }
}

function requireName(desc: DescEnum, value: unknown, name: string): void {
  if (typeof value === 'string' && desc.values.some((known) => known.name === value)) return;
  if (typeof value === 'number' && Number.isInteger(value)) return;
  throw invalidField(name, `must be a value of ${desc.name}`);
}
