import type { Database } from 'lmdb';
import { AppError } from '../../core/index.js';
import { damaged } from './errors.js';
import { FIRST_PLACE, placeKey } from './keys.js';
import { LEDGER_KEY, upgradeLedger } from './ledger.js';

/**
 * The format of the data. Raise it when an older program would misread what this one writes.
 * 2: the index `by_position`. 3: further layouts and a status of timed events.
 */
export const DATA_FORMAT = 3;
/** The first one that has `by_position`. */
const INDEXED_FORMAT = 2;

/** While it is there, `by_position` lacks the events from the place that it holds. */
export const UPGRADE_KEY = Buffer.from('upgrade');

const FORMAT_KEY = Buffer.from('format');

type Meta = Database<Buffer, Buffer>;

/**
 * Within the first write transaction of an open file. Writes the format into a fresh file, one
 * with no more than `meta` in it: it is new, or its maker was stopped before the format.
 */
export function checkFormat(meta: Meta, fresh: boolean): void {
  const format = readFormat(meta);
  if (format === undefined) {
    if (!fresh) throw formatMissing();
    writeFormat(meta, DATA_FORMAT);
    return;
  }
  requireKnown(format);
  if (format < INDEXED_FORMAT) beginUpgrade(meta);
  // what it holds stands as it is; programs of format 2 refuse the file from here on
  else if (format < DATA_FORMAT) writeFormat(meta, DATA_FORMAT);
}

/** Of a file that is only read. Throws DATA_FORMAT_NEWER, DATA_DIR_INVALID. */
export function knownFormat(meta: Meta): number {
  const format = readFormat(meta);
  if (format === undefined) throw formatMissing();
  requireKnown(format);
  return format;
}

/** Whether every event has its row in `by_position`. */
export function isIndexed(meta: Meta, format: number): boolean {
  return format >= INDEXED_FORMAT && !meta.doesExist(UPGRADE_KEY);
}

function readFormat(meta: Meta): number | undefined {
  const found = meta.get(FORMAT_KEY);
  if (found !== undefined && found.length !== 4) throw damaged('its format cannot be read');
  return found?.readUInt32BE(0);
}

function formatMissing(): AppError {
  return damaged('its format is missing');
}

function requireKnown(format: number): void {
  if (format > DATA_FORMAT) {
    throw new AppError(
      'DATA_FORMAT_NEWER',
      `the data directory has format ${format}, this program knows formats up to ${DATA_FORMAT}`,
      { format: String(format), supported: String(DATA_FORMAT) },
    );
  }
}

/** Exported for the tests of other formats. */
export function writeFormat(meta: Meta, format: number): void {
  const value = Buffer.allocUnsafe(4);
  value.writeUInt32BE(format, 0);
  meta.putSync(FORMAT_KEY, value);
}

/**
 * From here on programs of format 1 refuse the file, and those that have it open cannot write: an
 * event of theirs would be missing in the index. Repeating it is harmless.
 */
function beginUpgrade(meta: Meta): void {
  meta.putSync(UPGRADE_KEY, placeKey(FIRST_PLACE));
  meta.putSync(LEDGER_KEY, upgradeLedger(meta.get(LEDGER_KEY)));
  writeFormat(meta, DATA_FORMAT);
}
