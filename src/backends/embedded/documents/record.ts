import { type Uuid, uuidAt } from '../../../core/index.js';
import type { Document, DocumentKey } from '../../../storage/index.js';
import { damaged } from '../errors.js';
import { UUID_BYTES, writeUuid } from '../uuid-bytes.js';

const HEAD_BYTES = UUID_BYTES + 8;

/** The change, when it expires (infinite: never), the content. */
export function encodeDocument({ change, expiresMs, content }: Document): Buffer {
  const record = Buffer.allocUnsafe(HEAD_BYTES + Buffer.byteLength(content));
  writeUuid(change, record, 0);
  record.writeDoubleBE(expiresMs ?? Infinity, UUID_BYTES);
  record.write(content, HEAD_BYTES);
  return record;
}

/** A document without its content, which may be large. */
export interface DocumentHead {
  readonly change: Uuid;
  readonly expiresMs: number | undefined;
}

/** Throws DATA_DIR_INVALID for what is none. */
export function decodeHead(record: Buffer): DocumentHead {
  if (record.length < HEAD_BYTES) throw damaged('a document is cut off');
  const expiresMs = record.readDoubleBE(UUID_BYTES);
  return {
    change: uuidAt(record),
    expiresMs: expiresMs === Infinity ? undefined : expiresMs,
  };
}

export function decodeDocument(key: DocumentKey, record: Buffer): Document {
  return { key, ...decodeHead(record), content: record.toString('utf8', HEAD_BYTES) };
}
