import { invalidField } from '../../core/index.js';

/**
 * The meaning of an enum's value. Throws INVALID_ARGUMENT, with all `names`, for one that has none.
 */
export function decodeEnum<Meaning>(
  field: string,
  value: number,
  meanings: ReadonlyMap<number, Meaning>,
  names: Readonly<Record<number, string>>,
): Meaning {
  const meaning = meanings.get(value);
  if (meaning !== undefined) return meaning;
  const known = [...meanings.keys()].filter((number) => number !== 0);
  const list = known.map((number) => names[number]).join(', ');
  throw invalidField(field, `must be one of ${list}`);
}
