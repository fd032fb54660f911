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

/** FNV-1a: for so few bytes it is faster than a call out of JavaScript. */
function foldOf(key: Buffer): number {
  let fold = 0x811c9dc5;
  for (const byte of key) fold = Math.imul(fold ^ byte, 0x01000193);
  return fold >>> 0;
}
