import type { Timers } from '../../../runtime/index.js';
import type { CqlSession } from '../cql-session.js';
import { CqlEntryTable } from './cql-entry-table.js';
import { CqlListTables } from './cql-list-tables.js';
import { CqlNoticeTables } from './cql-notice-tables.js';
import { CqlShardTables } from './cql-shard-tables.js';
import type { TimedTables } from './timed-tables.js';

export { StorageClock } from './storage-clock.js';
export { TimedEvents, type TimedEventsParts } from './timed-events.js';
export type * from './timed-tables.js';

/** The tables of one keyspace. */
export function cqlTimedTables(session: CqlSession, keyspace: string, timers: Timers): TimedTables {
  return {
    entries: new CqlEntryTable(session, keyspace),
    notices: new CqlNoticeTables(session, keyspace, timers),
    shards: new CqlShardTables(session, keyspace),
    lists: new CqlListTables(session, keyspace, timers),
  };
}
