import { hasExpired, type Document, type DocumentKey } from '../../../storage/index.js';
import type { Tables } from '../schema.js';
import { entryOfTimeKey, timeKey, timePrefix } from '../timed-events/keys.js';
import { documentKey, readDocumentKey } from './keys.js';
import { decodeDocument, decodeHead, encodeDocument, type DocumentHead } from './record.js';

/** A write removes more than it can make, so that what has expired does not pile up. */
const EXPIRED_STEP = 8;
const REVISION_BYTES = 6;

/** The document of a snapshot or transaction. */
export function readDocument(
  tables: Tables,
  key: DocumentKey,
  nowMs: number,
): Document | undefined {
  const record = tables.documents.getBinary(documentKey(key));
  if (record === undefined || hasExpired(decodeHead(record), nowMs)) return undefined;
  return decodeDocument(key, record);
}

/** What stands there, expired or not. */
export function readHead(tables: Tables, key: DocumentKey): DocumentHead | undefined {
  const record = tables.documents.getBinary(documentKey(key));
  return record === undefined ? undefined : decodeHead(record);
}

/** Puts a document, or nothing, in the place of what stands there, within a write transaction. */
export function writeDocument(tables: Tables, key: DocumentKey, to: Document | undefined): void {
  const place = documentKey(key);
  const stored = readHead(tables, key);
  if (stored?.expiresMs !== undefined) {
    tables.documentExpiry.removeSync(timeKey(stored.expiresMs, place));
  }
  if (to === undefined) {
    tables.documents.removeSync(place);
    return;
  }
  tables.documents.putSync(place, encodeDocument(to));
  if (to.expiresMs === undefined) return;
  tables.documentExpiry.putSync(timeKey(to.expiresMs, place), Buffer.alloc(0));
}

/** Removes some of what has expired, within a write transaction. */
export function removeExpired(tables: Tables, nowMs: number): void {
  const range = { end: timePrefix(nowMs), limit: EXPIRED_STEP };
  for (const key of [...tables.documentExpiry.getKeys(range)]) {
    writeDocument(tables, readDocumentKey(entryOfTimeKey(key)), undefined);
  }
}

/** How often documents of a scope that stay have changed. */
export function readRevision(tables: Tables, scope: string): number {
  const stored = tables.documentRevisions.getBinary(documentKey({ scope, id: '' }));
  return stored?.readUIntBE(0, REVISION_BYTES) ?? 0;
}

/** Within a write transaction. */
export function raiseRevision(tables: Tables, scope: string): void {
  const revision = Buffer.allocUnsafe(REVISION_BYTES);
  revision.writeUIntBE(readRevision(tables, scope) + 1, 0, REVISION_BYTES);
  tables.documentRevisions.putSync(documentKey({ scope, id: '' }), revision);
}
