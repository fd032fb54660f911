import type { Clock, Components } from '../../../runtime/index.js';
import {
  requireDocumentKey,
  type Document,
  type DocumentChange,
  type DocumentKey,
  type DocumentOutcome,
  type DocumentPage,
  type DocumentQuery,
  type Documents as Port,
} from '../../../storage/index.js';
import { unavailable } from '../errors.js';
import { documentOf } from './document-change.js';
import type { DocumentTables } from './document-tables.js';
import { DocumentWriter } from './document-writer.js';

const READS_AT_ONCE = 32;
/** A page of large documents, or of listings without any, ends short rather than late. */
const PAGE_TEXT_MAX = 4 * 1_048_576;
const LISTINGS_SCANNED_MAX = 5_000;

/** The port on Cassandra. Expiry goes by the time of Cassandra. */
export class Documents implements Port {
  readonly #tables: DocumentTables;
  readonly #storageClock: Pick<Clock, 'nowMs'>;
  readonly #writer: DocumentWriter;
  #closing: Promise<void> | undefined;

  constructor(tables: DocumentTables, storageClock: Pick<Clock, 'nowMs'>, components: Components) {
    this.#tables = tables;
    this.#storageClock = storageClock;
    this.#writer = new DocumentWriter(tables, storageClock, components);
  }

  async find(key: DocumentKey): Promise<Document | undefined> {
    requireDocumentKey(key);
    return this.#asked(() => this.#find(key));
  }

  async change(change: DocumentChange, signal: AbortSignal): Promise<DocumentOutcome> {
    requireDocumentKey(change.key);
    return this.#writer.change(change, signal);
  }

  list(query: DocumentQuery): Promise<DocumentPage> {
    return this.#asked(() => this.#list(query));
  }

  revision(scope: string): Promise<string> {
    return this.#asked(async () => (await this.#tables.revisions.read(scope)).join(' '));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#writer.close());
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (this.#closing !== undefined) throw unavailable(new Error('closed'));
    try {
      return await ask();
    } catch (error) {
      throw unavailable(error);
    }
  }

  async #find(key: DocumentKey): Promise<Document | undefined> {
    return documentOf(key, await this.#tables.rows.read(key, 'latest'), this.#storageClock.nowMs());
  }

  async #list({ scope, prefix, after, limit }: DocumentQuery): Promise<DocumentPage> {
    const documents: Document[] = [];
    let passed = after;
    let text = 0;
    let scanned = 0;
    while (documents.length < limit && text < PAGE_TEXT_MAX && scanned < LISTINGS_SCANNED_MAX) {
      const asked = Math.min(READS_AT_ONCE, limit - documents.length);
      const span = { scope, ...startOf(prefix, passed), limit: asked };
      const listed = await this.#tables.listings.readIds(span);
      const ids = listed.filter((id) => id.startsWith(prefix));
      const found = await Promise.all(
        // a document may be listed twice, by the listing that it had before
        [...new Set(ids)].map((id) => this.#find({ scope, id })),
      );
      documents.push(...found.filter((document) => document !== undefined));
      if (ids.length < asked) return { documents, next: undefined };
      passed = ids.at(-1);
      scanned += ids.length;
      text += found.reduce((sum, document) => sum + (document?.content.length ?? 0), 0);
    }
    return { documents, next: passed };
  }
}

function startOf(prefix: string, passed: string | undefined) {
  const inclusive =
    passed === undefined || Buffer.compare(Buffer.from(passed), Buffer.from(prefix)) < 0;
  return { id: inclusive ? prefix : passed, inclusive };
}
