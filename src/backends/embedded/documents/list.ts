import {
  hasExpired,
  type Document,
  type DocumentPage,
  type DocumentQuery,
} from '../../../storage/index.js';
import type { Tables } from '../schema.js';
import { DOCUMENT_KEY_MAX, documentKey, readDocumentKey } from './keys.js';
import { decodeDocument } from './record.js';

/** What one page may read, so that it does not hold up everybody else. */
const PAGE_BYTES_MAX = 4 * 1_048_576;
const ROWS_MAX = 2_000;

export function listDocuments(
  tables: Tables,
  { scope, prefix, after, limit }: DocumentQuery,
  nowMs: number,
): DocumentPage {
  const first = documentKey({ scope, id: prefix });
  const documents: Document[] = [];
  const passed = documentKey({ scope, id: after ?? '' });
  // no key is longer, and LMDB could not look for it
  if (first.length > DOCUMENT_KEY_MAX) return { documents, next: undefined };
  const start = Buffer.compare(passed, first) > 0 ? passed : first;
  let next = after;
  let bytes = 0;
  let rows = 0;
  for (const { key, value } of tables.documents.getRange({
    start: start.subarray(0, DOCUMENT_KEY_MAX),
  })) {
    if (!key.subarray(0, first.length).equals(first)) break;
    if (Buffer.compare(key, passed) <= 0) continue;
    if (documents.length >= limit || bytes >= PAGE_BYTES_MAX || rows >= ROWS_MAX) {
      return { documents, next };
    }
    rows += 1;
    bytes += value.length;
    const place = readDocumentKey(key);
    next = place.id;
    const document = decodeDocument(place, value);
    if (!hasExpired(document, nowMs)) documents.push(document);
  }
  return { documents, next: undefined };
}
