import { crc32 } from 'node:zlib';

/** Bytes that a checksum takes. */
export const CHECKSUM_BYTES = 4;

/**
 * Of a row: the CRC-32 of its value, begun with its key, so that a row that stands in a wrong place
 * is noticed, too.
 */
export function checksumOf(key: Buffer, value: Buffer): number {
  return crc32(value, foldOf(key));
}

/** Writes the checksum of what stands before it into the last bytes of a row's value. */
export function seal(key: Buffer, value: Buffer): Buffer {
  const end = value.length - CHECKSUM_BYTES;
  value.writeUInt32BE(checksumOf(key, value.subarray(0, end)), end);
  return value;
}

/** Whether a row's value is as it was when it was sealed. */
export function isSealed(key: Buffer, value: Buffer): boolean {
  const end = value.length - CHECKSUM_BYTES;
  return end >= 0 && value.readUInt32BE(end) === checksumOf(key, value.subarray(0, end));
}

/** FNV-1a: for so few bytes it is faster than a call out of JavaScript. */
function foldOf(key: Buffer): number {
  let fold = 0x811c9dc5;
  for (const byte of key) fold = Math.imul(fold ^ byte, 0x01000193);
  return fold >>> 0;
}
