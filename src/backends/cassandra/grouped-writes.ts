import type { Timers } from '../../runtime/index.js';
import type { CqlSession, Statement } from './cql-session.js';

/** As one mutation still a small one: rows that are grouped have some hundred bytes. */
const ROWS_MAX = 100;
/** Who comes next waits no longer for a write that hangs. */
const WAIT_MAX_MS = 50;

interface WaitingRow {
  readonly statement: Statement;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes rows. What comes while a write of the same partition is under way goes together, as one
 * mutation; what comes alone is sent at once. So the more is written, the less each row costs.
 */
export class GroupedWrites {
  readonly #session: Pick<CqlSession, 'write'>;
  readonly #level: 'write' | 'feed';
  readonly #timers: Timers;
  /** By partition; absent where nothing is under way. */
  readonly #waiting = new Map<string, WaitingRow[]>();

  constructor(session: Pick<CqlSession, 'write'>, level: 'write' | 'feed', timers: Timers) {
    this.#session = session;
    this.#level = level;
    this.#timers = timers;
  }

  /** May be repeated. `partition` names that of the row. Rejects with the driver's errors. */
  write(partition: string, statement: Statement): Promise<void> {
    return new Promise((done, failed) => {
      const row: WaitingRow = { statement, done, failed };
      const waiting = this.#waiting.get(partition);
      if (waiting === undefined) void this.#sendAll(partition, [row]);
      else waiting.push(row);
    });
  }

  async #sendAll(partition: string, waiting: WaitingRow[]): Promise<void> {
    this.#waiting.set(partition, waiting);
    while (waiting.length > 0) await this.#send(waiting.splice(0, ROWS_MAX));
    this.#waiting.delete(partition);
  }

  /** Resolves when the next ones may be sent. Never rejects. */
  #send(rows: readonly WaitingRow[]): Promise<void> {
    const statements = rows.map(({ statement }) => statement);
    return new Promise((resolve) => {
      const cancel = this.#timers.after(WAIT_MAX_MS, resolve);
      const ended = (tell: (row: WaitingRow) => void): void => {
        cancel();
        for (const row of rows) tell(row);
        resolve();
      };
      this.#session.write(statements, this.#level).then(
        () => ended(({ done }) => done()),
        (error: unknown) => ended(({ failed }) => failed(error)),
      );
    });
  }
}
