import { types } from 'cassandra-driver';
import type { Param, Row, Statement } from '../cql-session.js';
import type { Statements } from '../statements.js';
import type { ViewPlace } from '../view-order.js';
import { lowerBound, type MarkRow, type StoredEvent, type Tables } from './tables.js';

type Columns = Readonly<Record<string, unknown>>;

/** When the view has an event. */
type Shown = Pick<StoredEvent, 'shownAtMs' | 'filledAtMs'>;

/** What a read answers: its rows at one moment. */
type ReadHandler = (params: readonly Param[], atMs: number) => Row[];

const NO_ID = '';
const NO_SAVETIME = Number.NEGATIVE_INFINITY;

function unused(): never {
  throw new TypeError('not simulated');
}

const METHODS = {
  get(this: Columns, column: string | number): unknown {
    return this[column];
  },
  keys: unused,
  values: unused,
  forEach: unused,
};

/** A row with these columns; the others are absent. */
export function row(columns: Columns): Row {
  return { ...METHODS, ...columns };
}

function whole(param: Param | undefined): number {
  if (typeof param === 'number') return param;
  throw new TypeError('not a number');
}

function time(param: Param | undefined): number {
  if (param instanceof Date) return param.getTime();
  throw new TypeError('not a time');
}

function id(param: Param | undefined): string {
  if (param instanceof types.Uuid) return param.toString();
  throw new TypeError('not a UUID');
}

function keyColumns(event: StoredEvent): Columns {
  return {
    version: event.version,
    savetime: new Date(event.savetimeMs),
    id: types.Uuid.fromString(event.stream),
    type: event.type,
  };
}

/** Of the view, as its key alone. */
function bareRow(event: StoredEvent): Row {
  return row({ ...keyColumns(event), payload: null, event_id: null });
}

function eventColumns(event: StoredEvent): Columns {
  return {
    ...keyColumns(event),
    payload: event.text,
    event_id: types.Uuid.fromString(event.eventId),
  };
}

/** The CQL that the backend speaks, on simulated tables; any other text is an error. */
export class SimulatedCql {
  readonly #tables: Tables;
  readonly #statements: Statements;
  readonly #reads: ReadonlyMap<string, ReadHandler>;
  /** What is stored never changes, it is replaced: each has one row. */
  readonly #rows = new WeakMap<object, Row>();

  constructor(tables: Tables, statements: Statements) {
    this.#tables = tables;
    this.#statements = statements;
    this.#reads = this.#handlers();
  }

  read(statement: Statement, atMs: number): Row[] {
    if (statement.query.includes('feed_marks')) {
      return this.#tables.marks().map((mark) => this.#kept(mark, markColumns));
    }
    const handler = this.#reads.get(statement.query);
    if (handler === undefined) throw new TypeError(`not simulated: ${statement.query}`);
    return handler(statement.params, atMs);
  }

  /** The row of `feed_marks` that a statement writes. */
  markRow({ query, params }: Statement): MarkRow {
    if (!query.includes('feed_marks')) throw new TypeError(`not simulated: ${query}`);
    const [, server, beat, mark, acked, ceiling] = params;
    return {
      server: id(server),
      beat: Number(beat),
      markMs: mark === null ? undefined : time(mark),
      ackedMs: time(acked),
      ceilingMs: ceiling === types.unset ? undefined : ceiling === null ? null : time(ceiling),
    };
  }

  /** Tests the condition and applies the batch at this moment; answers the rows Cassandra would. */
  conditional(batch: readonly Statement[], shown: () => Shown): Row[] {
    const [condition, ...inserts] = batch;
    if (condition === undefined) throw new TypeError('an empty batch');
    const { stream, holds } = this.#condition(condition);
    if (!holds) {
      const stored = this.#tables.streams.get(stream);
      return [
        row({
          '[applied]': false,
          current_version: stored?.version,
          last_savetime: stored === undefined ? null : new Date(stored.lastSavetimeMs),
        }),
      ];
    }
    const events = inserts.map((insert) => storedEvent(insert, shown()));
    this.#tables.append(stream, events);
    this.#advance(condition, stream);
    return [row({ '[applied]': true })];
  }

  #condition({ query, params }: Statement): { stream: string; holds: boolean } {
    if (query === this.#statements.createStream) {
      const stream = id(params[0]);
      return { stream, holds: !this.#tables.streams.has(stream) };
    }
    if (query !== this.#statements.advanceStream) throw new TypeError(`not simulated: ${query}`);
    const stream = id(params[2]);
    const stored = this.#tables.streams.get(stream);
    const holds = stored?.version === whole(params[3]) && stored.lastSavetimeMs < time(params[4]);
    return { stream, holds };
  }

  #advance({ query, params }: Statement, stream: string): void {
    const stored = this.#tables.streams.get(stream);
    if (stored === undefined) throw new TypeError('a batch without events');
    const created = query === this.#statements.createStream;
    stored.version = whole(params[created ? 1 : 0]);
    stored.lastSavetimeMs = time(params[created ? 2 : 1]);
  }

  #handlers(): ReadonlyMap<string, ReadHandler> {
    const s = this.#statements;
    const from = (param: Param | undefined, extra: number): ViewPlace => ({
      savetimeMs: time(param) + extra,
      version: 0,
      stream: NO_ID,
    });
    return new Map<string, ReadHandler>([
      [s.head, ([stream]) => this.#head(id(stream))],
      [s.idsBetween, ([stream, low, high]) => this.#rowsOf(id(stream), whole(low), whole(high))],
      [s.eventAt, ([stream, version]) => this.#rowsOf(id(stream), whole(version), whole(version))],
      [s.eventsForward, ([stream, low]) => this.#withVersion(id(stream), whole(low))],
      [
        s.rangeForward,
        ([stream, low, high]) => this.#withVersion(id(stream), whole(low), whole(high)),
      ],
      [
        s.feedFromStart,
        ([type, below], atMs) => {
          const start = { savetimeMs: NO_SAVETIME, version: 0, stream: NO_ID };
          return this.#shown(whole(type), [start, from(below, 0)], atMs);
        },
      ],
      [
        s.feedAfterSavetime,
        ([type, after, below], atMs) =>
          this.#shown(whole(type), [from(after, 1), from(below, 0)], atMs),
      ],
      [
        s.feedAfterEvent,
        ([type, savetime, version, stream, below], atMs) => {
          const after = {
            savetimeMs: time(savetime),
            version: whole(version),
            stream: `${id(stream)}+`, // just above the event itself
          };
          return this.#shown(whole(type), [after, from(below, 0)], atMs);
        },
      ],
      [
        s.feedKeys,
        ([type, low, high], atMs) => this.#shown(whole(type), [from(low, 0), from(high, 1)], atMs),
      ],
    ]);
  }

  #head(stream: string): Row[] {
    const stored = this.#tables.streams.get(stream);
    if (stored === undefined) return [];
    const last_savetime = new Date(stored.lastSavetimeMs);
    return [row({ current_version: stored.version, last_savetime })];
  }

  #rowsOf(stream: string, from: number, to: number): Row[] {
    const stored = this.#tables.streams.get(stream);
    if (stored === undefined) return [];
    return stored.events.slice(Math.max(0, from - 1), to).map((event) => this.#row(event));
  }

  #withVersion(stream: string, from: number, to?: number): Row[] {
    const stored = this.#tables.streams.get(stream);
    if (stored === undefined) return [];
    const current_version = stored.version;
    return stored.events
      .slice(Math.max(0, from - 1), to)
      .map((event) => row({ ...eventColumns(event), current_version }));
  }

  #row(event: StoredEvent): Row {
    return this.#kept(event, eventColumns);
  }

  #kept<Stored extends object>(stored: Stored, columns: (stored: Stored) => Columns): Row {
    const kept = this.#rows.get(stored) ?? row(columns(stored));
    this.#rows.set(stored, kept);
    return kept;
  }

  #shown(type: number, [low, high]: readonly [ViewPlace, ViewPlace], atMs: number): Row[] {
    const events = this.#tables.view(type);
    return events
      .slice(lowerBound(events, low), lowerBound(events, high))
      .filter((event) => event.shownAtMs <= atMs)
      .map((event) => (event.filledAtMs <= atMs ? this.#row(event) : bareRow(event)));
  }
}

function storedEvent({ params }: Statement, shown: Shown): StoredEvent {
  const [stream, version, savetime, type, text, eventId] = params;
  return {
    stream: id(stream),
    version: whole(version),
    savetimeMs: time(savetime),
    type: whole(type),
    eventId: id(eventId),
    text: typeof text === 'string' ? text : '',
    ...shown,
  };
}

function dateOrNull(ms: number | null | undefined): Date | null {
  return ms === undefined || ms === null ? null : new Date(ms);
}

function markColumns(mark: MarkRow): Columns {
  return {
    server: types.Uuid.fromString(mark.server),
    beat: mark.beat,
    mark: dateOrNull(mark.markMs),
    acked: dateOrNull(mark.ackedMs),
    ceiling: dateOrNull(mark.ceilingMs),
  };
}
