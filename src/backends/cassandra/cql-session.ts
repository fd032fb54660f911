import type { types } from 'cassandra-driver';

export type Row = types.Row;
/** Never undefined: the driver would take it for UNSET and leave the column out. */
export type Param =
  | string
  | number
  | boolean
  | Date
  | Buffer
  | types.Uuid
  | typeof types.unset
  | readonly number[]
  | readonly string[]
  | ReadonlyMap<number, string>
  | null;

export interface Statement {
  readonly query: string;
  readonly params: readonly Param[];
}

/** What is read or written how: `serial` sees what a doubtful conditional write has come to. */
export type ReadLevel = 'read' | 'serial' | 'feed';

export interface PageRequest {
  readonly level: ReadLevel;
  readonly fetchSize?: number;
  readonly pageState?: string;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Absent on the last page. */
  readonly pageState: string | undefined;
}

/** Where a conditional batch goes. */
export interface Route {
  readonly routingKey: Buffer;
  /** Counts the tries of one write: each goes to the next replica, should one be stuck. */
  readonly attempt: number;
  /** Asked before anything is sent; false rejects with `StaleWriteError`. */
  readonly maySend: () => boolean;
  /** Of the commit; `feed` overlaps with feed reads. Undefined: `write`. */
  readonly level?: 'write' | 'feed';
}

/**
 * The little of Cassandra that the backend uses, so that tests can put faults in between.
 * Rejects with the driver's errors; `errors.ts` sorts them.
 */
export interface CqlSession {
  read(statement: Statement, page: PageRequest): Promise<Page>;
  /**
   * Plain writes to one partition of one table, which may be repeated. Atomic: whoever reads sees
   * all of them or none. `feed` writes overlap with feed reads.
   */
  write(statements: readonly Statement[], level: 'write' | 'feed'): Promise<void>;
  /** A conditional batch on one partition: sent once, to one coordinator, never retried. */
  conditional(statements: readonly Statement[], route: Route): Promise<readonly Row[]>;
}
