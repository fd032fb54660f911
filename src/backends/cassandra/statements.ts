/** The CQL texts of the event log. Each is prepared once, so none is built at run time. */
export interface Statements {
  readonly createStream: string;
  readonly advanceStream: string;
  /** For streams that only the original program has written: they have no `last_savetime`. */
  readonly advanceUndatedStream: string;
  readonly insertEvent: string;
  readonly head: string;
  readonly lastRow: string;
  readonly idsBetween: string;
  readonly eventsForward: string;
  readonly eventsBackward: string;
  /** From one version to another, both included; the lower one comes first in the parameters. */
  readonly rangeForward: string;
  readonly rangeBackward: string;
  readonly eventAt: string;
  readonly feedFromStart: string;
  readonly feedAfterSavetime: string;
  readonly feedAfterEvent: string;
  readonly feedKeys: string;
  /** One row a stream, in the order of tokens. */
  readonly streamsFromStart: string;
  readonly streamsFrom: string;
}

const EVENT_COLUMNS = 'type, payload, event_id, data, content_type, metadata, stream';

/** The columns that a view made by the original script has. */
const SEED_VIEW_COLUMNS = 'type, payload';

/** The texts for one keyspace; a view made by the original script has few columns to ask for. */
export function statementsFor(keyspace: string, viewIsComplete: boolean): Statements {
  const events = `${keyspace}.events`;
  const view = `${keyspace}.events_by_type`;
  const viewColumns = viewIsComplete ? EVENT_COLUMNS : SEED_VIEW_COLUMNS;
  const feed = `SELECT savetime, version, id, ${viewColumns} FROM ${view} WHERE type = ?`;
  const keys = 'version, savetime';
  const stream = `SELECT ${keys}, current_version, ${EVENT_COLUMNS} FROM ${events} WHERE id = ?`;
  const range = `${stream} AND version >= ? AND version <= ?`;
  const firstRows = `SELECT id, current_version, stream FROM ${events}`;
  const advance =
    `UPDATE ${events} SET current_version = ?, last_savetime = ? WHERE id = ? ` +
    'IF current_version = ? AND last_savetime';
  return {
    createStream:
      `INSERT INTO ${events} (id, current_version, last_savetime) ` +
      'VALUES (?, ?, ?) IF NOT EXISTS',
    advanceStream: `${advance} < ?`,
    advanceUndatedStream: `${advance} = null`,
    insertEvent:
      `INSERT INTO ${events} (id, version, savetime, ${EVENT_COLUMNS}) ` +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    head: `SELECT current_version, last_savetime FROM ${events} WHERE id = ? LIMIT 1`,
    lastRow: `SELECT ${keys} FROM ${events} WHERE id = ? ORDER BY version DESC LIMIT 1`,
    idsBetween:
      `SELECT ${keys}, event_id FROM ${events} ` + 'WHERE id = ? AND version >= ? AND version <= ?',
    eventsForward: `${stream} AND version >= ? ORDER BY version ASC`,
    eventsBackward: `${stream} AND version <= ? ORDER BY version DESC`,
    rangeForward: `${range} ORDER BY version ASC`,
    rangeBackward: `${range} ORDER BY version DESC`,
    eventAt: `${stream} AND version = ? AND savetime = ?`,
    feedFromStart: `${feed} AND savetime < ?`,
    feedAfterSavetime: `${feed} AND savetime > ? AND savetime < ?`,
    feedAfterEvent: `${feed} AND (savetime, version, id) > (?, ?, ?) AND (savetime) < (?)`,
    feedKeys:
      `SELECT savetime, version, id FROM ${view} ` +
      'WHERE type = ? AND savetime >= ? AND savetime <= ?',
    streamsFromStart: `${firstRows} PER PARTITION LIMIT 1`,
    streamsFrom: `${firstRows} WHERE token(id) >= token(?) PER PARTITION LIMIT 1`,
  };
}
