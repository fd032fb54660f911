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

/** Where the two digits of each byte stand in the text of a UUID. */
export const UUID_DIGITS_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const DIGITS = Buffer.from('0123456789abcdef');
/** Used for one text after the other; its hyphens stay. */
const written = Buffer.from('00000000-0000-0000-0000-000000000000');

/** So by its making: to look at it again would cost more than all else of reading an event. */
function isWritten(text: string): text is Uuid {
  return text.length === written.length;
}

/** The UUID whose 16 bytes begin at `offset`. Throws when there are fewer. */
export function uuidAt(bytes: Uint8Array, offset = 0): Uuid {
  const end = offset + UUID_DIGITS_AT.length;
  if (bytes.length < end) throw new RangeError('too few bytes for a UUID');
  UUID_DIGITS_AT.forEach((at, index) => {
    const byte = bytes[offset + index] ?? 0;
    written[at] = DIGITS[byte >> 4] ?? 0;
    written[at + 1] = DIGITS[byte & 15] ?? 0;
  });
  const text = written.toString('latin1');
  if (!isWritten(text)) throw new TypeError('not a UUID');
  return text;
}
