import type { Database } from 'lmdb';
import { AppError } from '../../core/index.js';
import { damaged } from './errors.js';
import { FIRST_PLACE, placeKey } from './keys.js';
import { LEDGER_KEY, upgradeLedger } from './ledger.js';

/**
 * The format of the data. Raise it when an older program would misread what this one writes.
 * 2: the index `by_position`. 3: further layouts and a status of timed events. 4: checksums.
 * 5: several events in a row.
 */
export const DATA_FORMAT = 5;
/** The first one that has `by_position`. */
const INDEXED_FORMAT = 2;

/** While it is there, `by_position` lacks the events from the place that it holds. */
export const UPGRADE_KEY = Buffer.from('upgrade');

/** The first one whose events have checksums. */
const CHECKED_FORMAT = 4;
/** The last position that a program of a format without checksums has given. */
const UNCHECKED_KEY = Buffer.from('unchecked');

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
  if (format < DATA_FORMAT) beginUpgrade(meta, format);
}

/** Events up to this position may lack a checksum. */
export function uncheckedTo(meta: Meta): number {
  const stored = meta.get(UNCHECKED_KEY);
  if (stored !== undefined && stored.length !== 6) throw damaged('an entry of it is cut off');
  return stored?.readUIntBE(0, 6) ?? 0;
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
 * From here on programs of older formats refuse the file, and those that have it open cannot write:
 * the ledger is not theirs any more. What they wrote stands as it is.
 */
function beginUpgrade(meta: Meta, format: number): void {
  if (format < INDEXED_FORMAT) meta.putSync(UPGRADE_KEY, placeKey(FIRST_PLACE));
  const ledger = upgradeLedger(meta.get(LEDGER_KEY));
  meta.putSync(LEDGER_KEY, ledger);
  if (format < CHECKED_FORMAT) meta.putSync(UNCHECKED_KEY, ledger.subarray(0, 6));
  writeFormat(meta, DATA_FORMAT);
}
