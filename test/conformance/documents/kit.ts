import assert from 'node:assert/strict';
import { requireUuid, type Uuid } from '../../../src/core/index.js';
import { systemIds } from '../../../src/runtime/index.js';
import type {
  Document,
  DocumentKey,
  DocumentOutcome,
  DocumentQuery,
  Documents,
} from '../../../src/storage/index.js';

/** Open storage of documents, and how to get rid of it with all its data. */
export interface DocumentsUnderTest {
  readonly documents: Documents;
  /** Closes this one and opens the same data again; only where data outlive `close`. */
  readonly reopen?: () => Promise<DocumentsUnderTest>;
  /** Another program on the same data, open beside this one; its `cleanup` leaves the data. */
  readonly beside?: () => Promise<DocumentsUnderTest>;
  close(): Promise<void>;
  cleanup(): Promise<void>;
}

export type DocumentsFactory = () => Promise<DocumentsUnderTest>;

const CHANGE_TIMEOUT_MS = 30_000;

/** The open storage, shared by all tests of a run; each test has a scope of its own. */
export class DocumentKit {
  #opened: DocumentsUnderTest | undefined;

  open(opened: DocumentsUnderTest): void {
    this.#opened = opened;
  }

  get underTest(): DocumentsUnderTest {
    assert.ok(this.#opened, 'the storage is open');
    return this.#opened;
  }

  get documents(): Documents {
    return this.underTest.documents;
  }

  find(key: DocumentKey): Promise<Document | undefined> {
    return this.documents.find(key);
  }

  change(
    key: DocumentKey,
    from: Document | undefined,
    to: Document | undefined,
  ): Promise<DocumentOutcome> {
    return this.documents.change({ key, from, to }, AbortSignal.timeout(CHANGE_TIMEOUT_MS));
  }

  /** A change that has to succeed; answers what is stored now. */
  async write(from: Document | undefined, to: Document): Promise<Document> {
    assert.deepEqual(await this.change(to.key, from, to), { kind: 'changed' });
    return to;
  }

  add(key: DocumentKey, content?: string): Promise<Document> {
    return this.write(undefined, newDocument(key, content));
  }

  async remove(document: Document): Promise<void> {
    assert.deepEqual(await this.change(document.key, document, undefined), { kind: 'changed' });
  }

  /** Of all pages of the size `limit`. */
  async listAll(scope: string, query: Partial<DocumentQuery> = {}): Promise<Document[]> {
    return listAllIn(this.documents, { scope, prefix: '', after: undefined, limit: 100, ...query });
  }
}

export async function listAllIn(documents: Documents, query: DocumentQuery): Promise<Document[]> {
  const found: Document[] = [];
  let { after } = query;
  do {
    const page = await documents.list({ ...query, after });
    assert.ok(page.documents.length <= query.limit, 'no page is longer than its limit');
    found.push(...page.documents);
    assert.ok(page.next === undefined || page.next !== after, 'each page goes on');
    after = page.next;
  } while (after !== undefined);
  return found;
}

export function newUuid(): Uuid {
  return requireUuid(systemIds.newId());
}

/** A scope that no other test uses. */
export function freshScope(): string {
  return `kit-${systemIds.newId()}`;
}

export function freshKey(id = 'one'): DocumentKey {
  return { scope: freshScope(), id };
}

export function newDocument(
  key: DocumentKey,
  content = '{"n":1}',
  expiresMs: number | undefined = undefined,
): Document {
  return { key, change: newUuid(), content, expiresMs };
}

export function assertDiffers(outcome: DocumentOutcome, current: Document | undefined): void {
  assert.deepEqual(outcome, { kind: 'differs', current });
}
