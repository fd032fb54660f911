const COLUMNS = 'type, payload, event_id, data, content_type, metadata, stream';

export interface DriverStatements {
  readonly createStream: string;
  readonly advanceStream: string;
  readonly insertEvent: string;
  readonly head: string;
  readonly stream: string;
  readonly feed: string;
}

/** The statements that Cassadra writes and reads events with. */
export function driverStatements(keyspace: string): DriverStatements {
  const events = `${keyspace}.events`;
  return {
    createStream: `INSERT INTO ${events} (id, current_version, last_savetime) VALUES (?, ?, ?)
      IF NOT EXISTS`,
    advanceStream: `UPDATE ${events} SET current_version = ?, last_savetime = ? WHERE id = ?
      IF current_version = ? AND last_savetime < ?`,
    insertEvent: `INSERT INTO ${events} (id, version, savetime, ${COLUMNS})
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    head: `SELECT current_version, last_savetime FROM ${events} WHERE id = ? LIMIT 1`,
    stream: `SELECT version, savetime, current_version, ${COLUMNS} FROM ${events}
      WHERE id = ? AND version >= ? ORDER BY version ASC`,
    feed: `SELECT savetime, version, id, ${COLUMNS} FROM ${keyspace}.events_by_type
      WHERE type = ?`,
  };
}
