import {
  cqlDocumentTables,
  Documents,
  type CqlSession,
} from '../../../src/backends/cassandra/index.js';
import { requireUuid } from '../../../src/core/index.js';
import { systemClock, systemIds } from '../../../src/runtime/index.js';
import type {
  Document,
  DocumentKey,
  DocumentOutcome,
  Documents as Port,
} from '../../../src/storage/index.js';
import { openKeyspace, type KeyspaceForTests } from '../keyspace-for-tests.js';
import { componentsForTests } from '../open-for-tests.js';

const CHANGE_TIMEOUT_MS = 20_000;

/** Ports of several servers on one keyspace, and the driver beside them. */
export class DocumentServers {
  readonly #keyspace: KeyspaceForTests;
  readonly #opened: Documents[] = [];

  private constructor(keyspace: KeyspaceForTests) {
    this.#keyspace = keyspace;
  }

  /** Or why there is no Cassandra. */
  static async open(): Promise<DocumentServers | { readonly skip: string }> {
    const keyspace = await openKeyspace();
    return 'skip' in keyspace ? keyspace : new DocumentServers(keyspace);
  }

  /** The port of a server whose way to Cassandra may be troubled. */
  documents(decorate: (session: CqlSession) => CqlSession = (session) => session): Documents {
    const { session, name } = this.#keyspace;
    const tables = cqlDocumentTables(decorate(session), name);
    const documents = new Documents(tables, systemClock, componentsForTests());
    this.#opened.push(documents);
    return documents;
  }

  /** How many listings a document has, whether its own or left behind. */
  async listings({ scope, id }: DocumentKey): Promise<number> {
    const { raw, name } = this.#keyspace;
    const query = `SELECT listing FROM ${name}.document_listings WHERE scope = ? AND id = ?`;
    return (await raw.execute(query, [scope, id], { prepare: true })).rowLength;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((documents) => documents.close()));
    await this.#keyspace.close();
  }
}

/** From nothing, or to nothing, where one is left out. */
export interface DocumentStep {
  readonly from?: Document | undefined;
  readonly to?: Document | undefined;
}

export function changeIn(
  documents: Port,
  key: DocumentKey,
  { from, to }: DocumentStep,
): Promise<DocumentOutcome> {
  return documents.change({ key, from, to }, AbortSignal.timeout(CHANGE_TIMEOUT_MS));
}

export function newDocument(id: string, content = '1'): Document {
  const change = requireUuid(systemIds.newId());
  return { key: { scope: 'tests', id }, change, content, expiresMs: undefined };
}
