import type { Uuid } from '../../core/index.js';

export const UUID_BYTES = 16;

/** Where the hyphens of a UUID are. */
const HYPHENS: ReadonlySet<number> = new Set([8, 13, 18, 23]);
/** Where the two digits of each byte stand in the text of a UUID. */
const DIGITS = Array.from({ length: 36 }, (_, index) => index)
  .filter((index) => !HYPHENS.has(index))
  .filter((_, count) => count % 2 === 0);

/** Writes the 16 bytes of a UUID at `offset`: by hand, since calls out of JavaScript cost more. */
export function writeUuid(uuid: Uuid, target: Buffer, offset: number): void {
  let at = offset;
  for (const index of DIGITS) {
    target[at] = (digit(uuid.charCodeAt(index)) << 4) | digit(uuid.charCodeAt(index + 1));
    at += 1;
  }
}

/** Of a hexadecimal digit in lower case. */
function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: Uuid): Buffer {
  const bytes = Buffer.allocUnsafe(UUID_BYTES);
  writeUuid(uuid, bytes, 0);
  return bytes;
}
