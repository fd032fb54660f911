import { AppError, parseUuid, type StreamRef, type Uuid } from '../../core/index.js';
import type { StreamWalk, StreamWalkPage } from '../../storage/index.js';
import type { CqlSession, Page, Row } from './cql-session.js';
import { unavailable } from './errors.js';
import { optionalInt, optionalText, requiredUuid, uuidParam } from './row-codec.js';
import type { Statements } from './statements.js';

const FORMAT = 'w1.';
/** Rows of one read: each is a partition of its own that the replicas have to open. */
const ROWS_MAX = 1_000;

function placeOf(after: string): Uuid | undefined {
  if (after === '') return undefined;
  const id = after.startsWith(FORMAT) ? parseUuid(after.slice(FORMAT.length)) : undefined;
  if (id !== undefined) return id;
  throw new AppError('CURSOR_INVALID', 'this is no place in a walk over streams on Cassandra');
}

/**
 * A page of all streams, in the order of tokens. Its place is the last stream that was met, so any
 * server can go on. The next page begins at the token of that stream, not behind it: another one
 * may share the token.
 */
export async function walkStreams(
  session: CqlSession,
  statements: Statements,
  walk: StreamWalk,
): Promise<StreamWalkPage> {
  const place = placeOf(walk.after);
  const fetchSize = Math.min(walk.limit, ROWS_MAX) + (place === undefined ? 0 : 1);
  const { rows, pageState } = await firstRows(session, place, { statements, fetchSize });
  const met = rows.map((row) => ({ row, id: requiredUuid(row, 'id') }));
  const last = met.at(-1);
  return {
    streams: met.flatMap(({ row, id }) => (id === place ? [] : existing(row, id))),
    next: pageState === undefined || last === undefined ? undefined : `${FORMAT}${last.id}`,
  };
}

/** One page that goes on from `place`, if there is more: Cassandra may end a page early. */
async function firstRows(
  session: CqlSession,
  place: Uuid | undefined,
  how: { readonly statements: Statements; readonly fetchSize: number },
): Promise<Page> {
  const { streamsFrom, streamsFromStart } = how.statements;
  const statement =
    place === undefined
      ? { query: streamsFromStart, params: [] }
      : { query: streamsFrom, params: [uuidParam(place)] };
  const { fetchSize } = how;
  const isPlace = (row: Row): boolean => requiredUuid(row, 'id') === place;
  let page: Page = { rows: [], pageState: undefined };
  try {
    do {
      const { pageState } = page;
      page = await session.read(statement, {
        level: 'read',
        fetchSize,
        ...(pageState === undefined ? {} : { pageState }),
      });
    } while (page.pageState !== undefined && page.rows.every(isPlace));
  } catch (error) {
    throw unavailable(error);
  }
  return page;
}

/** A partition whose static column was never set has no events by our rules. */
function existing(row: Row, id: Uuid): StreamRef[] {
  if ((optionalInt(row, 'current_version') ?? 0) <= 0) return [];
  return [{ id, name: optionalText(row, 'stream') }];
}
