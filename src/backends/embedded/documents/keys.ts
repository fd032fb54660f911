import { DOCUMENT_KEY_BYTES_MAX, type DocumentKey } from '../../../storage/index.js';

const LENGTH_BYTES = 2;
export const DOCUMENT_KEY_MAX = LENGTH_BYTES + DOCUMENT_KEY_BYTES_MAX;

/** `documents`: the scope behind its length, the id. Also what begins with such a key. */
export function documentKey({ scope, id }: DocumentKey): Buffer {
  const bytes = Buffer.byteLength(scope);
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt16BE(bytes);
  return Buffer.concat([length, Buffer.from(scope), Buffer.from(id)]);
}

export function readDocumentKey(key: Buffer): DocumentKey {
  const end = LENGTH_BYTES + key.readUInt16BE(0);
  return { scope: key.toString('utf8', LENGTH_BYTES, end), id: key.toString('utf8', end) };
}
