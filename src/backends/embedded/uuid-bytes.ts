import { UUID_DIGITS_AT, type Uuid } from '../../core/index.js';

export const UUID_BYTES = 16;

/** Writes the 16 bytes of a UUID at `offset`: by hand, since calls out of JavaScript cost more. */
export function writeUuid(uuid: Uuid, target: Buffer, offset: number): void {
  let at = offset;
  for (const index of UUID_DIGITS_AT) {
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
