import { open, type Database, type RootDatabase } from 'lmdb';
import { damaged } from './errors.js';
import { checkFormat, uncheckedTo } from './format.js';

export type Table = Database<Buffer, Buffer>;

/** All in one file; key layouts in `keys.ts`. Payloads stand in `events` only. */
export interface Tables {
  /** Path of the data file. */
  readonly file: string;
  /** Events up to this position may lack a checksum: an older program wrote them. */
  readonly uncheckedTo: number;
  readonly root: RootDatabase<Buffer, Buffer>;
  /** The format and the ledger. */
  readonly meta: Table;
  /** Stream → current version and name. */
  readonly heads: Table;
  /** Stream, version of the last one → events: see `block.ts`. */
  readonly events: Table;
  /** Stream, version of the last one → ids of 32 events, where they were looked for. */
  readonly idPages: Table;
  /** Type, savetime, position of the last of this type → key in `events`. */
  readonly byType: Table;
  /** Savetime, position of the last one → key in `events`. */
  readonly byPosition: Table;
  /** Name of a stream in UTF-8 → stream. */
  readonly names: Table;
  /** Type code → name, empty without one. */
  readonly typesByCode: Table;
  /** Type name in UTF-8 → code. */
  readonly typesByName: Table;
  /** Timed events: application, event id → record without its payload. */
  readonly timedEvents: Table;
  /** Application, event id → payload. */
  readonly timedPayloads: Table;
  /** Next look, application, event id → notice; for what is not finished. */
  readonly timedDue: Table;
  /** Number → key in `timedDue`: see `timed-events/due-log.ts`. */
  readonly timedDueLog: Table;
  /** Application, due time, event id → status; without DELETED. */
  readonly timedLists: Table;
  /** End of the retention, application, event id; for what is finished. */
  readonly timedExpiry: Table;
  /** Poller → epoch and beat. */
  readonly timedPollers: Table;
  /** Scope, id → document. */
  readonly documents: Table;
  /** When it expires, scope, id; for documents that do. */
  readonly documentExpiry: Table;
  /** Scope → how often documents that stay have changed. */
  readonly documentRevisions: Table;
}

export const META = 'meta';
export const LAYOUT = { encoding: 'binary', keyEncoding: 'binary' } as const;
export const TABLES_MAX = 32;

/**
 * Opens the file, making it when it is missing. Nothing is written to a file that is not ours
 * (DATA_DIR_INVALID) or is of a newer format (DATA_FORMAT_NEWER).
 */
export async function openTables(file: string): Promise<Tables> {
  const root = open<Buffer, Buffer>({
    ...LAYOUT,
    path: file,
    noSubdir: true,
    maxDbs: TABLES_MAX,
    // false: a write resolves only when it is on the disk
    overlappingSync: false,
    // false: groups are made in group-commit.ts; lmdb's own leave rejections that nobody handles
    eventTurnBatching: false,
  });
  try {
    const names = tableNames(root);
    if (names.length > 0 && !names.includes(META))
      throw damaged('it holds data of another program');
    const meta = root.openDB<Buffer, Buffer>(META, LAYOUT);
    root.transactionSync(() => checkFormat(meta, names.length <= 1));
    const table = (name: string): Table => root.openDB<Buffer, Buffer>(name, LAYOUT);
    return {
      file,
      uncheckedTo: uncheckedTo(meta),
      root,
      meta,
      heads: table('heads'),
      events: table('events'),
      idPages: table('id_pages'),
      byType: table('by_type'),
      byPosition: table('by_position'),
      names: table('names'),
      typesByCode: table('types_by_code'),
      typesByName: table('types_by_name'),
      ...timedTables(table),
      ...documentTables(table),
    };
  } catch (error) {
    await root.close();
    throw error;
  }
}

export function tableNames(root: RootDatabase<Buffer, Buffer>): string[] {
  return [...root.getKeys()].map((key) => key.toString().replace(/\0$/, ''));
}

/** Programs that do not know them leave them alone, so they came without a new format. */
function timedTables(table: (name: string) => Table) {
  return {
    timedEvents: table('timed_events'),
    timedPayloads: table('timed_payloads'),
    timedDue: table('timed_due'),
    timedDueLog: table('timed_due_log'),
    timedLists: table('timed_lists'),
    timedExpiry: table('timed_expiry'),
    timedPollers: table('timed_pollers'),
  };
}

/** As those of timed events. */
function documentTables(table: (name: string) => Table) {
  return {
    documents: table('documents'),
    documentExpiry: table('document_expiry'),
    documentRevisions: table('document_revisions'),
  };
}
