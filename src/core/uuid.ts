/** A UUID in its canonical form: 36 characters, lower case. */
export type Uuid = string & { readonly __brand: 'Uuid' };

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function isCanonical(text: string): text is Uuid {
  return CANONICAL.test(text);
}

/** Reads a UUID in either case; undefined when the text is not a UUID with its four hyphens. */
export function parseUuid(text: string): Uuid | undefined {
  if (isCanonical(text)) return text;
  const lower = text.toLowerCase();
  return isCanonical(lower) ? lower : undefined;
}

/** For texts that we made ourselves. Throws when one is not a UUID: a fault of ours. */
export function requireUuid(text: string): Uuid {
  const uuid = parseUuid(text);
  if (uuid === undefined) throw new TypeError('not a UUID');
  return uuid;
}
