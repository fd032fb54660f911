import { createHash } from 'node:crypto';

/** The id of a stream with a name, as of UUID version 5; always the same one. */
export function streamUuid(stream: string): Buffer {
  const bytes = createHash('sha1').update(stream).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** The same as text. */
export function uuidOf(stream: string): string {
  const hex = streamUuid(stream).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}
