import { SavetimeAllocator } from '../../../core/index.js';
import { damaged } from '../errors.js';
import { isIndexed, knownFormat } from '../format.js';
import { placeOfKey } from '../keys.js';
import { Ledger, LEDGER_KEY, upgradeLedger } from '../ledger.js';
import { numberIn } from '../lmdb-stats.js';
import type { Table } from '../schema.js';
import { UUID_BYTES } from '../uuid-bytes.js';
import { reading } from './read-only.js';

/** What a data file holds. */
export interface DataContents {
  readonly format: number;
  readonly events: number;
  readonly streams: number;
  /** Of all statuses, as long as they are kept. */
  readonly timedEvents: number;
  /** Of the newest event; 0 when there is none. */
  readonly position: number;
  readonly savetimeMs: number;
}

/**
 * Looks into a data file that nobody writes. Throws DATA_DIR_INVALID where its tables do not fit
 * together, DATA_FORMAT_NEWER.
 */
export function readContents(path: string): Promise<DataContents> {
  return reading(path, ({ meta, table }) => {
    const format = knownFormat(meta);
    const stored = meta.get(LEDGER_KEY);
    const ledger = new Ledger(stored && upgradeLedger(stored), nobody());
    const { last } = ledger;
    const position = last?.position ?? 0;
    const rows = rowsOf(table('events'));
    if (rows !== ledger.rows) {
      throw damaged(`it holds ${rows} rows of events, and its ledger counts ${ledger.rows}`);
    }
    if (isIndexed(meta, format)) requireIndex(table('by_position'), rows, position);
    return {
      ...{ format, events: position, streams: rowsOf(table('heads')) },
      ...{ timedEvents: rowsOf(table('timed_events')), position },
      savetimeMs: last?.savetimeMs ?? 0,
    };
  });
}

/** It has a row for each row of events, and positions rise by one. */
function requireIndex(byPosition: Table | undefined, rows: number, position: number): void {
  const [newest] = byPosition?.getKeys({ reverse: true, limit: 1 }) ?? [];
  const found = newest === undefined ? 0 : placeOfKey(newest).position;
  const indexed = rowsOf(byPosition);
  if (found !== position) {
    throw damaged(`its feed ends at event ${found}, and its ledger counts ${position}`);
  }
  if (indexed !== rows) {
    throw damaged(`it holds ${rows} rows of events, and its feed has ${indexed} of them`);
  }
}

function rowsOf(table: Table | undefined): number {
  return table === undefined ? 0 : numberIn(table.getStats(), 'entryCount');
}

function nobody(): ConstructorParameters<typeof Ledger>[1] {
  return { id: Buffer.alloc(UUID_BYTES), allocator: new SavetimeAllocator() };
}
