import type { TypeCode } from '../../core/index.js';
import type { Logger } from '../../runtime/index.js';
import type { Engine } from './engine.js';
import { rowsOfTypes, type FeedRow } from './feed-rows.js';
import { UPGRADE_KEY } from './format.js';
import { feedKey, LAST_PLACE, placeKey, placeOfKey, readTypeKey } from './keys.js';
import { LAYOUT, tableNames, type Tables } from './schema.js';

/** Rows a transaction, one event each in old files: others wait no longer than it takes. */
const STEP_EVENTS = 5_000;

/** What formats below 5 had instead of `id_pages`: a row for each event. */
const OLD_IDS = 'event_ids';

/**
 * Fills `by_position` from `by_type` where `checkFormat` has begun an upgrade. Nobody appends
 * before it is done. Killed, it goes on at the next opening; several processes share the work.
 * Throws `AppError`.
 */
export async function finishUpgrade(engine: Engine, logger: Logger): Promise<void> {
  dropOldIds(engine, logger);
  const isUpgrading = (): boolean => engine.snapshot().meta.doesExist(UPGRADE_KEY);
  if (!isUpgrading()) return;
  logger.info({}, 'the data directory gets its index of all events; a kill does no harm');
  let events = 0;
  while (isUpgrading()) {
    events += await engine.write(() => fillStep(engine.tables));
    logger.debug({ events }, 'events indexed');
  }
  logger.info({ events }, 'the data directory has its index of all events');
}

/** Several processes may do it at once: the first one does. */
function dropOldIds({ tables: { root } }: Engine, logger: Logger): void {
  if (!tableNames(root).includes(OLD_IDS)) return;
  logger.info({}, 'the data directory loses its old index of event ids');
  const ids = root.openDB<Buffer, Buffer>(OLD_IDS, LAYOUT);
  root.transactionSync(() => {
    if (tableNames(root).includes(OLD_IDS)) ids.dropSync();
  });
}

/** Within a write transaction: the next events, in feed order. Answers how many. */
export function fillStep(tables: Tables, eventsMax = STEP_EVENTS): number {
  const mark = tables.meta.get(UPGRADE_KEY);
  if (mark === undefined) return 0;
  const rows: FeedRow[] = [];
  for (const row of rowsOfTypes(tables, [...usedTypes(tables)], placeOfKey(mark))) {
    rows.push(row);
    if (rows.length === eventsMax) break;
  }
  for (const { place, pointer } of rows) tables.byPosition.putSync(placeKey(place), pointer);
  const last = rows.at(-1)?.place;
  if (last === undefined || rows.length < eventsMax) tables.meta.removeSync(UPGRADE_KEY);
  else tables.meta.putSync(UPGRADE_KEY, placeKey({ ...last, position: last.position + 1 }));
  return rows.length;
}

/** The types that have events, by one look for each. */
function* usedTypes({ byType }: Tables): Generator<TypeCode> {
  let start = Buffer.from([0]);
  for (;;) {
    const [key] = byType.getKeys({ start, limit: 1 });
    if (key === undefined) return;
    const type = readTypeKey(key);
    yield type;
    start = Buffer.concat([feedKey(type, LAST_PLACE), Buffer.from([0])]);
  }
}
