import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { invalidField, requireWellFormed, shownName } from '../../../core/index.js';
import { scalarProblem } from './scalar-problem.js';

/** Their JSON is not that of their fields: left to the reader. */
const WELL_KNOWN = 'google.protobuf.';

/**
 * Throws INVALID_ARGUMENT unless the JSON can be read as a message: all names known, all values of
 * their kinds and in range. The error names the field as in the proto file, from the outermost
 * message on: `requests[1].due_ms`. `outer` is the way to this message.
 */
export function requireFields(desc: DescMessage, json: unknown, outer = ''): void {
  if (desc.typeName.startsWith(WELL_KNOWN)) return;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalidField(outer === '' ? 'body' : outer, 'must be a JSON object');
  }
  const start = outer === '' ? '' : `${outer}.`;
  const seen = new Set<DescField>();
  const set = new Set<DescField>();
  for (const [key, value] of Object.entries(json)) {
    const field = fieldOf(desc, key);
    if (field === undefined) throw invalidField(start + shownName(key), 'is not a field');
    if (seen.has(field)) throw invalidField(start + field.name, 'must stand once');
    seen.add(field);
    // as if it were not there
    if (value === null) continue;
    set.add(field);
    requireValue(field, value, start + field.name);
  }
  requireOneofs(desc, set, start);
}

function requireOneofs(desc: DescMessage, set: ReadonlySet<DescField>, start: string): void {
  for (const { name, fields } of desc.oneofs) {
    if (fields.filter((field) => set.has(field)).length < 2) continue;
    const names = fields.map((field) => field.name).join(', ');
    throw invalidField(start + name, `must be one of ${names}, not several`);
  }
}

/** The field of that name, in either spelling. */
export function fieldOf(desc: DescMessage, key: string): DescField | undefined {
  return desc.fields.find(({ jsonName, name }) => jsonName === key || name === key);
}

function requireValue(field: DescField, value: unknown, name: string): void {
  if (field.fieldKind === 'map') {
    requireMap(field, value, name);
    return;
  }
  if (field.fieldKind !== 'list') {
    requireOne(field, value, name);
    return;
  }
  if (!Array.isArray(value)) throw invalidField(name, 'must be a JSON array');
  const items: readonly unknown[] = value;
  items.forEach((item, index) => requireOne(field, item, `${name}[${index}]`));
}

/** A key of a map as errors show it, behind the name of its field. */
export function mapKey(key: string): string {
  return `[${JSON.stringify(shownName(key))}]`;
}

/** Keys that are no texts are left to the reader. */
function requireMap(field: DescField, value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidField(name, 'must be a JSON object');
  }
  for (const [key, item] of Object.entries(value)) {
    const inside = name + mapKey(key);
    requireWellFormed(inside, key);
    // generated code loses it without a word
    if (key === '__proto__') throw invalidField(inside, 'has a name that cannot be kept');
    requireOne(field, item, inside);
  }
}

function requireOne(field: DescField, value: unknown, name: string): void {
  if (field.message !== undefined) requireFields(field.message, value, name);
  if (field.enum !== undefined) requireEnum(field.enum, value, name);
  if (field.scalar === undefined) return;
  const problem = scalarProblem(field.scalar, value);
  if (problem !== undefined) throw invalidField(name, problem);
  if (typeof value === 'string') requireWellFormed(name, value);
}

/** Numbers that are no value of it are the method's to refuse, as over gRPC. */
function requireEnum(desc: DescEnum, value: unknown, name: string): void {
  if (typeof value === 'string' && desc.values.some((known) => known.name === value)) return;
  if (typeof value === 'number' && (value | 0) === value) return;
  const names = desc.values.filter(({ number }) => number !== 0).map((known) => known.name);
  throw invalidField(name, `must be one of ${names.join(', ')}`);
}
