import type { Uuid } from '../../core/index.js';
import type { CqlSession, ReadLevel, Row } from './cql-session.js';
import { EventIdIndex } from './event-id-index.js';
import { LruMap } from './lru-map.js';
import {
  optionalInt,
  optionalTime,
  optionalUuid,
  requiredInt,
  requiredTime,
  uuidParam,
} from './row-codec.js';
import type { Statements } from './statements.js';

/** What is known of a stream before a write. */
export interface StreamHead {
  readonly version: number;
  /** Undefined: not known. Null: the stream has none (only the original program wrote to it). */
  readonly lastSavetimeMs: number | null | undefined;
  /** Read serially, or told by a decided conditional write, during the append it serves. */
  readonly definite: boolean;
}

/** A row of a stream, as far as idempotency looks at it. */
export interface RowKey {
  readonly version: number;
  readonly savetimeMs: number;
  readonly eventId: Uuid | undefined;
}

/** The event ids of the versions from `fromVersion` to `toVersion`. */
interface IdWindow {
  readonly ids: EventIdIndex;
  fromVersion: number;
  toVersion: number;
}

const HEADS_MAX = 10_000;
const WINDOWS_MAX = 256;

/** Reads heads of streams and keeps those that this process writes; every write tests them. */
export class StreamHeads {
  readonly #session: CqlSession;
  readonly #statements: Statements;
  readonly #heads = new LruMap<Uuid, StreamHead>(HEADS_MAX);
  readonly #windows = new LruMap<Uuid, IdWindow>(WINDOWS_MAX);

  constructor(session: CqlSession, statements: Statements) {
    this.#session = session;
    this.#statements = statements;
  }

  /** The head after this process' last write, if it is remembered; possibly out of date. */
  remembered(stream: Uuid): StreamHead | undefined {
    return this.#heads.get(stream);
  }

  remember(stream: Uuid, head: StreamHead): void {
    this.#heads.set(stream, { ...head, definite: false });
  }

  forget(stream: Uuid): void {
    this.#heads.delete(stream);
    this.#windows.delete(stream);
  }

  async read(stream: Uuid, level: ReadLevel): Promise<StreamHead> {
    const { rows } = await this.#session.read(
      { query: this.#statements.head, params: [uuidParam(stream)] },
      { level },
    );
    return this.fromRow(rows[0], level === 'serial');
  }

  /** A head from a row with the static columns, be it of a read or of a refused condition. */
  fromRow(row: Row | undefined, definite: boolean): StreamHead {
    const version = row === undefined ? 0 : (optionalInt(row, 'current_version') ?? 0);
    if (row === undefined || version === 0) {
      return { version: 0, lastSavetimeMs: undefined, definite };
    }
    const lastSavetimeMs = optionalTime(row, 'last_savetime') ?? null;
    return { version, lastSavetimeMs, definite };
  }

  /** Savetime of the last row; for streams without `last_savetime`. */
  async lastRowSavetime(stream: Uuid): Promise<number | undefined> {
    const { rows } = await this.#session.read(
      { query: this.#statements.lastRow, params: [uuidParam(stream)] },
      { level: 'serial' },
    );
    return rows[0] === undefined ? undefined : optionalTime(rows[0], 'savetime');
  }

  /** The rows from `from` to `to`, read serially: doubtful writes are settled by it. */
  async rowsBetween(stream: Uuid, from: number, to: number): Promise<RowKey[]> {
    const keys: RowKey[] = [];
    let pageState: string | undefined;
    do {
      const page = await this.#session.read(
        { query: this.#statements.idsBetween, params: [uuidParam(stream), from, to] },
        { level: 'serial', fetchSize: 2_000, ...(pageState === undefined ? {} : { pageState }) },
      );
      for (const row of page.rows) {
        keys.push({
          version: requiredInt(row, 'version'),
          savetimeMs: requiredTime(row, 'savetime'),
          eventId: optionalUuid(row, 'event_id'),
        });
      }
      pageState = page.pageState;
    } while (pageState !== undefined);
    return keys;
  }

  /** Ids of the versions from `from` to `to`, the last; kept while this process sees every one. */
  async window(stream: Uuid, from: number, to: number): Promise<EventIdIndex> {
    const kept = this.#windows.get(stream);
    if (kept !== undefined && kept.fromVersion <= from && kept.toVersion === to) return kept.ids;
    const ids = new EventIdIndex();
    for (const row of await this.rowsBetween(stream, from, to)) ids.add(row.eventId, row.version);
    this.#windows.set(stream, { ids, fromVersion: from, toVersion: to });
    return ids;
  }

  /** Takes this process' own write into a kept window, and drops what has left it. */
  extendWindow(stream: Uuid, baseVersion: number, ids: readonly Uuid[], windowMax: number): void {
    const kept = this.#windows.get(stream);
    if (kept === undefined) return;
    if (kept.toVersion !== baseVersion) {
      this.#windows.delete(stream);
      return;
    }
    ids.forEach((id, index) => kept.ids.add(id, baseVersion + 1 + index));
    kept.toVersion = baseVersion + ids.length;
    if (kept.ids.size <= 2 * windowMax) return;
    kept.fromVersion = kept.toVersion - windowMax + 1;
    kept.ids.forgetBelow(kept.fromVersion);
  }
}
