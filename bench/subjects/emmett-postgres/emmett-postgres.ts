import { dumbo } from '@event-driven-io/dumbo';
import { isExpectedVersionConflictError, NO_CONCURRENCY_CHECK } from '@event-driven-io/emmett';
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreMessageBatchPuller,
  readMessagesBatch,
} from '@event-driven-io/emmett-postgresql';
import { Pool } from 'pg';
import { orders, type Order } from '../emmett/order.js';
import { callsAtOnce, type StoreWorkload } from '../store-library/store-input.js';
import { EVENT_TYPE, type OpenStoreLibrary } from '../store-library/store-library.js';

const MAX_CONNECTIONS = 32;
/** More conflict more than they append. */
const ONE_STREAM_CONNECTIONS = 2;
const ORDERLY_PER_SECOND = 200;
/** Each page is sorted out of the whole table, which has no index for it. */
const PAGE = 100_000;

/**
 * Emmett reads all messages in the order of the store and picks its types in the program; there is
 * nothing else in the store here. It reports a conflict also of appends without an expected version
 * and leaves it to its caller to try again.
 */
export const openEmmettPostgres: OpenStoreLibrary = async (url, workload) => {
  const max = connections(workload);
  const pool = new Pool({ connectionString: url, max, min: max, idleTimeoutMillis: 0 });
  const connection = dumbo({ connectionString: url, pool });
  const store = getPostgreSQLEventStore(url, {
    connectionOptions: { pool },
    schema: { autoMigration: 'None' },
  });
  await store.schema.migrate();
  return {
    append: async (stream, events, expected) => {
      const expectedStreamVersion = expected === 'none' ? 0n : NO_CONCURRENCY_CHECK;
      const messages = orders(events);
      for (;;) {
        try {
          await store.appendToStream<Order>(stream, messages, { expectedStreamVersion });
          return;
        } catch (error) {
          if (expected === 'none' || !isExpectedVersionConflictError(error)) throw error;
        }
      }
    },
    read: async (stream) => (await store.readStream(stream)).events.length,
    readFollowed: async () => {
      let found = 0;
      for (let after = 0n; ; ) {
        const page = await readMessagesBatch<Order>(connection.execute, {
          after,
          batchSize: PAGE,
        });
        found += page.messages.filter(({ type }) => type === EVENT_TYPE).length;
        if (!page.areMessagesLeft) return found;
        after = page.currentGlobalPosition;
      }
    },
    follow: (perSecond, arrived) => {
      const puller = postgreSQLEventStoreMessageBatchPuller<Order>({
        executor: connection.execute,
        ...pulling(perSecond),
        eachBatch: (messages) => {
          for (const { metadata } of messages) arrived(metadata.streamName);
        },
        signal: new AbortController().signal,
      });
      void puller.start({ startFrom: 'BEGINNING' });
      return Promise.resolve(puller);
    },
    settle: async () => {
      await pool.query('VACUUM ANALYZE');
    },
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};

/**
 * Emmett 0.42's reader leaves out events of transactions that overlap (its pull request 336), so
 * the appends of a delivery go one after another as long as they can keep up so.
 */
function connections(workload: StoreWorkload): number {
  if (workload.kind === 'append' && workload.streams === 'one') return ONE_STREAM_CONNECTIONS;
  if (workload.kind === 'delivery' && workload.perSecond <= ORDERLY_PER_SECOND) return 1;
  return Math.min(callsAtOnce(workload), MAX_CONNECTIONS);
}

/**
 * The puller doubles its pause after a batch that is not full, from 100 ms up to a second, and sets
 * it back after a full one. Set back to nothing it stays so: the first batch, of what has come in
 * 100 ms, is to be full.
 */
function pulling(perSecond: number): { batchSize: number; pullingFrequencyInMs: number } {
  return { batchSize: Math.ceil(perSecond / 20), pullingFrequencyInMs: 0 };
}
