import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { PAYLOAD } from '../../load/payload.js';
import { callsAtOnce } from '../store-library/store-input.js';
import { EVENT_TYPE, FOLLOWED, type OpenStoreLibrary } from '../store-library/store-library.js';

const MAX_CONNECTIONS = 32;
/** Of categories. Streams are read in one piece: another page would be one more query. */
const PAGE = 1_000;
const UNLIMITED = -1;
const PAUSE_MS = 10;

/** A batch is one statement, which is one transaction and one flush, as Eventide's is. */
const WRITE = `SELECT write_message(id, $1, $2, $3::jsonb, NULL, $4 + row)
  FROM unnest($5::varchar[]) WITH ORDINALITY AS message(id, row)`;
const WRITE_ANYWHERE = `SELECT write_message(id, $1, $2, $3::jsonb)
  FROM unnest($4::varchar[]) AS message(id)`;
const READ_STREAM = 'SELECT * FROM get_stream_messages($1, $2, $3)';
const READ_CATEGORY = 'SELECT * FROM get_category_messages($1, $2, $3)';

interface Message {
  readonly stream_name: string;
  /** 64-bit numbers come as text. */
  readonly position: string;
  readonly global_position: string;
  readonly data: string;
}

/** The functions of message-db, called by statements that are prepared once a connection. */
export const openMessageDb: OpenStoreLibrary = (url, workload) => {
  const max = Math.min(callsAtOnce(workload), MAX_CONNECTIONS);
  const pool = new Pool({ connectionString: url, max: max + 1, idleTimeoutMillis: 0 });
  const query = async (name: string, text: string, values: unknown[]): Promise<Message[]> => {
    const { rows } = await pool.query<Message>({ name, text, values });
    for (const row of rows) JSON.parse(row.data);
    return rows;
  };
  const category = (from: bigint): Promise<Message[]> =>
    query('category', READ_CATEGORY, [FOLLOWED, String(from), PAGE]);
  return Promise.resolve({
    append: async (stream, events, expected) => {
      const ids = Array.from({ length: events }, () => randomUUID());
      // The version of an empty stream is -1, and rows are counted from 1.
      const [name, text, values] =
        expected === 'none'
          ? ['write', WRITE, [stream, EVENT_TYPE, PAYLOAD, -2, ids]]
          : ['any', WRITE_ANYWHERE, [stream, EVENT_TYPE, PAYLOAD, ids]];
      await pool.query({ name, text, values });
    },
    read: async (stream) => (await query('stream', READ_STREAM, [stream, 0, UNLIMITED])).length,
    readFollowed: async () => {
      let found = 0;
      for (let from = 1n; ; ) {
        const page = await category(from);
        found += page.length;
        if (page.length < PAGE) return found;
        from = after(page, from);
      }
    },
    follow: (_perSecond, arrived) => {
      let following = true;
      const done = poll();
      async function poll(): Promise<void> {
        for (let from = 1n; following; ) {
          const page = await category(from);
          for (const message of page) arrived(message.stream_name);
          from = after(page, from);
          if (page.length === 0) await sleep(PAUSE_MS);
        }
      }
      const stop = (): Promise<void> => {
        following = false;
        return done;
      };
      return Promise.resolve({ stop });
    },
    settle: async () => {
      await pool.query('VACUUM ANALYZE');
    },
    close: () => pool.end(),
  });
};

function after(page: readonly Message[], from: bigint): bigint {
  const last = page.at(-1);
  return last === undefined ? from : BigInt(last.global_position) + 1n;
}
