import { types } from 'cassandra-driver';
import type { Uuid } from '../../../core/index.js';
import type { DocumentKey } from '../../../storage/index.js';
import type { CqlSession, Param, Statement } from '../cql-session.js';
import { partitionKey } from '../partition-key.js';
import {
  optionalText,
  optionalTime,
  optionalUuid,
  requiredUuid,
  timeParam,
  uuidParam,
} from '../row-codec.js';
import type {
  DocumentAnswer,
  DocumentListings,
  DocumentRevisions,
  DocumentRow,
  DocumentRows,
  DocumentTables,
  DocumentWrite,
  ListingSpan,
} from './document-tables.js';

/** Cassandra 4.1 refuses what would expire after 2038; readers look at the time anyway. */
const TTL_MAX_MS = 5 * 365 * 86_400_000;
/** Longer than any reader that compares revisions can have been paused. */
const REVISION_TTL_S = 10 * 86_400;
const OF_KEY = 'WHERE scope = ? AND id = ?';

/** The tables of one keyspace, over the driver. */
export function cqlDocumentTables(session: CqlSession, keyspace: string): DocumentTables {
  return {
    rows: new CqlDocumentRows(session, `${keyspace}.documents`),
    listings: new CqlDocumentListings(session, `${keyspace}.document_listings`),
    revisions: new CqlDocumentRevisions(session, `${keyspace}.document_revisions`),
  };
}

class CqlDocumentRows implements DocumentRows {
  readonly #session: CqlSession;
  readonly #select: string;
  readonly #create: string;
  readonly #replace: string;

  constructor(session: CqlSession, table: string) {
    this.#session = session;
    this.#select = `SELECT change, content, expires, listing FROM ${table} ${OF_KEY}`;
    const update =
      `UPDATE ${table} USING TTL ? SET change = ?, content = ?, expires = ?, listing = ? ` +
      `${OF_KEY} IF change =`;
    this.#create = `${update} null`;
    this.#replace = `${update} ?`;
  }

  async read({ scope, id }: DocumentKey, level: 'latest' | 'serial') {
    const { rows } = await this.#session.read(
      { query: this.#select, params: [scope, id] },
      { level: level === 'serial' ? 'serial' : 'feed' },
    );
    const [row] = rows;
    const change = row && optionalUuid(row, 'change');
    // without it, the row has expired in the middle of a read
    if (row === undefined || change === undefined) return undefined;
    return {
      change,
      content: optionalText(row, 'content'),
      expiresMs: optionalTime(row, 'expires'),
      listing: optionalUuid(row, 'listing'),
    } satisfies DocumentRow;
  }

  async write(write: DocumentWrite, attempt: number): Promise<DocumentAnswer> {
    const { scope, id } = write.key;
    const rows = await this.#session.conditional([this.#statement(write)], {
      routingKey: partitionKey([scope, id]),
      attempt,
      maySend: () => true,
      level: 'feed',
    });
    const [row] = rows;
    const applied: unknown = row?.['[applied]'];
    if (row === undefined || typeof applied !== 'boolean') {
      throw new TypeError('the answer to a conditional statement lacks [applied]');
    }
    return applied ? { kind: 'applied' } : { kind: 'differs', change: optionalUuid(row, 'change') };
  }

  #statement(write: DocumentWrite): Statement {
    const { key, expected, change, content, expiresMs, listing, ttlMs } = write;
    const columns: Param[] = [
      ttlSeconds(ttlMs),
      uuidParam(change),
      content ?? null,
      expiresMs === undefined ? null : timeParam(expiresMs),
      listing === undefined ? types.unset : uuidParam(listing),
      key.scope,
      key.id,
    ];
    if (expected === undefined) return { query: this.#create, params: columns };
    return { query: this.#replace, params: [...columns, uuidParam(expected)] };
  }
}

class CqlDocumentListings implements DocumentListings {
  readonly #session: CqlSession;
  readonly #table: string;

  constructor(session: CqlSession, table: string) {
    this.#session = session;
    this.#table = table;
  }

  async write({ scope, id }: DocumentKey, listing: Uuid, ttlMs: number | undefined) {
    const query = `INSERT INTO ${this.#table} (scope, id, listing) VALUES (?, ?, ?) USING TTL ?`;
    const params = [scope, id, uuidParam(listing), ttlSeconds(ttlMs)];
    await this.#session.write([{ query, params }], 'feed');
  }

  async remove({ scope, id }: DocumentKey, listing: Uuid): Promise<void> {
    const query = `DELETE FROM ${this.#table} ${OF_KEY} AND listing = ?`;
    await this.#session.write([{ query, params: [scope, id, uuidParam(listing)] }], 'feed');
  }

  async readIds({ scope, id, inclusive, limit }: ListingSpan): Promise<readonly string[]> {
    const query =
      `SELECT id FROM ${this.#table} WHERE scope = ? AND ` +
      `id ${inclusive ? '>=' : '>'} ? LIMIT ?`;
    const { rows } = await this.#session.read(
      { query, params: [scope, id, limit] },
      { level: 'feed', fetchSize: limit },
    );
    return rows.map((row) => optionalText(row, 'id') ?? '');
  }
}

class CqlDocumentRevisions implements DocumentRevisions {
  readonly #session: CqlSession;
  readonly #table: string;

  constructor(session: CqlSession, table: string) {
    this.#session = session;
    this.#table = table;
  }

  async write(scope: string, server: Uuid, revision: Uuid): Promise<void> {
    const query =
      `INSERT INTO ${this.#table} (scope, server, revision) VALUES (?, ?, ?) ` +
      `USING TTL ${REVISION_TTL_S}`;
    const params = [scope, uuidParam(server), uuidParam(revision)];
    await this.#session.write([{ query, params }], 'feed');
  }

  async read(scope: string): Promise<readonly Uuid[]> {
    const query = `SELECT revision FROM ${this.#table} WHERE scope = ?`;
    const revisions: Uuid[] = [];
    let pageState: string | undefined;
    do {
      const page = await this.#session.read(
        { query, params: [scope] },
        { level: 'feed', ...(pageState === undefined ? {} : { pageState }) },
      );
      revisions.push(...page.rows.map((row) => requiredUuid(row, 'revision')));
      pageState = page.pageState;
    } while (pageState !== undefined);
    return revisions;
  }
}

/** 0: for ever. */
function ttlSeconds(ttlMs: number | undefined): number {
  if (ttlMs === undefined || ttlMs > TTL_MAX_MS) return 0;
  return Math.max(1, Math.ceil(ttlMs / 1_000));
}
