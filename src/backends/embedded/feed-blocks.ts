import type { TypeCode } from '../../core/index.js';
import { Block } from './block.js';
import { damaged, eventMissing } from './errors.js';
import { rowsOfAll, rowsOfTypes, type FeedRow } from './feed-rows.js';
import {
  EVENT_KEY_BYTES,
  placeKey,
  placeOfKey,
  streamOfPointer,
  versionOfEventKey,
  type FeedPlace,
} from './keys.js';
import type { Tables } from './schema.js';

/** A block that the feed has come to. */
export interface FeedBlock {
  readonly block: Block;
  /** What is wanted of it; undefined: all. */
  readonly types: ReadonlySet<number> | undefined;
}

type Blocks = Generator<FeedBlock, void, undefined>;

/**
 * The blocks with events of some types from a place on, in feed order: no two have positions that
 * lie between one another. To be read to its end within one snapshot.
 */
export function* blocksOfTypes(
  tables: Tables,
  types: readonly TypeCode[],
  from: FeedPlace,
): Blocks {
  let rows: FeedRow[] = [];
  for (const row of rowsOfTypes(tables, types, from)) {
    const [first] = rows;
    if (first !== undefined && !first.pointer.equals(row.pointer)) {
      yield blockOfTypes(tables, first, rows);
      rows = [];
    }
    rows.push(row);
  }
  const [first] = rows;
  if (first !== undefined) yield blockOfTypes(tables, first, rows);
}

/** All blocks from a place on, up to `last`, the last place of the ledger. As above. */
export function* blocksOfAll(tables: Tables, from: FeedPlace, last: FeedPlace | undefined): Blocks {
  let passed = positionBefore(tables, from);
  for (const { place, pointer } of rowsOfAll(tables, from)) {
    const block = readBlock(tables, pointer);
    requirePlace(block.placeOf(block.lastVersion), place);
    // positions rise by one, so a row that is missing is noticed
    if (block.firstPosition !== passed + 1) throw rowMissing(passed + 1);
    passed = place.position;
    yield { block, types: undefined };
  }
  if (passed !== (last?.position ?? 0)) throw rowMissing(passed + 1);
}

function positionBefore(tables: Tables, from: FeedPlace): number {
  const [before] = tables.byPosition.getKeys({
    ...{ start: placeKey(from), exclusiveStart: true },
    ...{ reverse: true, limit: 1 },
  });
  return before === undefined ? 0 : placeOfKey(before).position;
}

function rowMissing(position: number): Error {
  return damaged(`event ${position} is missing in its index of all events`);
}

/** Each row says where the last event of its type stands. */
function blockOfTypes(tables: Tables, { pointer }: FeedRow, rows: readonly FeedRow[]): FeedBlock {
  const block = readBlock(tables, pointer);
  const lastOfType = new Map<number, FeedPlace>();
  for (let version = block.lastVersion; version >= block.firstVersion; version -= 1) {
    if (lastOfType.size === rows.length) break;
    const type = block.typeOf(version);
    const isWanted = rows.some((row) => row.type === type);
    if (isWanted && !lastOfType.has(type)) lastOfType.set(type, block.placeOf(version));
  }
  for (const { type, place } of rows) requirePlace(lastOfType.get(type), place);
  return { block, types: new Set(lastOfType.keys()) };
}

function requirePlace(found: FeedPlace | undefined, place: FeedPlace): void {
  const isSame = found?.position === place.position && found.savetimeMs === place.savetimeMs;
  if (!isSame) throw damaged(`its feed has another event at position ${place.position}`);
}

function readBlock(tables: Tables, pointer: Buffer): Block {
  if (pointer.length !== EVENT_KEY_BYTES) throw damaged('its feed points to nothing');
  const value = tables.events.getBinary(pointer);
  if (value === undefined) {
    throw eventMissing(streamOfPointer(pointer), versionOfEventKey(pointer));
  }
  return new Block({ key: pointer, value }, tables.uncheckedTo);
}
