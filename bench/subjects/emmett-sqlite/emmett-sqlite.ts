import { NO_CONCURRENCY_CHECK } from '@event-driven-io/emmett';
import {
  getSQLiteEventStore,
  readMessagesBatch,
  sqliteConnection,
  type SQLiteConnection,
  type SQLiteConnectionPool,
} from '@event-driven-io/emmett-sqlite';
import { orders, type Order } from '../emmett/order.js';
import { callsAtOnce } from '../store-library/store-input.js';
import { EVENT_TYPE, type OpenStoreLibrary } from '../store-library/store-library.js';

const PAGE = 1_000;
const READ_CONNECTIONS = 4;

/**
 * Each connection is lent to one call at a time: Emmett would merge the transactions of calls
 * that use a connection at once. There is one for writing, as SQLite has one writer anyhow.
 * Emmett's own pool opens the file anew for each call, which is slower.
 */
export const openEmmettSqlite: OpenStoreLibrary = async (path, workload) => {
  const count = workload.kind === 'load' ? Math.min(callsAtOnce(workload), READ_CONNECTIONS) : 1;
  const connections = Array.from({ length: count }, () => sqliteConnection({ fileName: path }));
  for (const connection of connections) await connection.command('PRAGMA synchronous = FULL');
  const pool = lending(connections);
  const store = getSQLiteEventStore({ fileName: path, pool, schema: { autoMigration: 'None' } });
  await store.schema.migrate();
  return {
    append: async (stream, events, expected) => {
      const expectedStreamVersion = expected === 'none' ? 0n : NO_CONCURRENCY_CHECK;
      const messages = orders(events);
      await store.appendToStream<Order>(stream, messages, { expectedStreamVersion });
    },
    read: async (stream) => (await store.readStream(stream)).events.length,
    readFollowed: () => pool.withConnection(readFollowed),
    close: () => {
      for (const connection of connections) connection.close();
      return Promise.resolve();
    },
  };
};

async function readFollowed(connection: SQLiteConnection): Promise<number> {
  let found = 0;
  for (let after = 0n; ; ) {
    const page = await readMessagesBatch<Order>(connection, { after, batchSize: PAGE });
    found += page.messages.filter(({ type }) => type === EVENT_TYPE).length;
    if (!page.areEventsLeft) return found;
    after = page.currentGlobalPosition;
  }
}

function lending(connections: readonly SQLiteConnection[]): SQLiteConnectionPool {
  const free = [...connections];
  const waiting: ((connection: SQLiteConnection) => void)[] = [];
  const connection = async (): Promise<SQLiteConnection> =>
    free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  return {
    connection,
    withConnection: async (handle) => {
      const lent = await connection();
      try {
        return await handle(lent);
      } finally {
        const next = waiting.shift();
        if (next) next(lent);
        else free.push(lent);
      }
    },
    close: () => Promise.resolve(),
  };
}
