import assert from 'node:assert/strict';
import type { Client } from 'cassandra-driver';
import {
  cqlDocumentTables,
  Documents,
  type CassandraBackend,
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
import {
  componentsForTests,
  createKeyspace,
  freshKeyspace,
  openServer,
  rawClient,
  settingsForTests,
} from '../open-for-tests.js';

const CHANGE_TIMEOUT_MS = 20_000;

interface Parts {
  readonly keyspace: string;
  readonly raw: Client;
  readonly backend: CassandraBackend;
  readonly session: CqlSession;
}

/** Ports of several servers on one keyspace, and the driver beside them. */
export class DocumentServers {
  readonly #parts: Parts;
  readonly #opened: Documents[] = [];

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Or why there is no Cassandra. */
  static async open(): Promise<DocumentServers | { readonly skip: string }> {
    const keyspace = freshKeyspace();
    const found = await settingsForTests(keyspace);
    if ('skip' in found) return found;
    await createKeyspace(found.settings);
    const caught: CqlSession[] = [];
    const backend = await openServer(found.settings, {
      decorate: (session) => {
        caught.push(session);
        return session;
      },
    });
    const [session] = caught;
    assert.ok(session);
    const raw = await rawClient(found.settings);
    return new DocumentServers({ keyspace, raw, backend, session });
  }

  /** The port of a server whose way to Cassandra may be troubled. */
  documents(decorate: (session: CqlSession) => CqlSession = (session) => session): Documents {
    const { session, keyspace } = this.#parts;
    const tables = cqlDocumentTables(decorate(session), keyspace);
    const documents = new Documents(tables, systemClock, componentsForTests());
    this.#opened.push(documents);
    return documents;
  }

  /** How many listings a document has, whether its own or left behind. */
  async listings({ scope, id }: DocumentKey): Promise<number> {
    const table = `${this.#parts.keyspace}.document_listings`;
    const query = `SELECT listing FROM ${table} WHERE scope = ? AND id = ?`;
    return (await this.#parts.raw.execute(query, [scope, id], { prepare: true })).rowLength;
  }

  async close(): Promise<void> {
    const { keyspace, raw, backend } = this.#parts;
    await Promise.all(this.#opened.map((documents) => documents.close()));
    await raw.execute(`DROP KEYSPACE ${keyspace}`);
    await raw.shutdown();
    await backend.close();
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
