import type { DocumentTables } from '../../../src/backends/cassandra/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';

export type DocumentRow = NonNullable<Awaited<ReturnType<DocumentTables['rows']['read']>>>;

/** A row of `documents`. What is decided need not be committed everywhere yet. */
export interface Register {
  decided: DocumentRow | undefined;
  visible: DocumentRow | undefined;
  expiresMs: number;
}

/** A cell that the write with the latest time stamp decides. */
export interface Cell {
  readonly value: string | undefined;
  readonly stamp: number;
  readonly expiresMs: number;
}

/** A document as it was from one moment on; without content: removed. */
export interface DocumentVersion {
  readonly content: string | undefined;
  readonly atMs: number;
}

/** What stands in the tables of documents. */
export class DocumentState {
  readonly registers = new Map<string, Register>();
  readonly listings = new Map<string, Cell>();
  readonly revisions = new Map<string, Cell>();
  /** By scope and id, each parted by NUL. */
  readonly journal = new Map<string, DocumentVersion[]>();

  register(name: string, nowMs: number): Register {
    const empty = { decided: undefined, visible: undefined, expiresMs: Infinity };
    const known = this.registers.get(name);
    const register = known === undefined || known.expiresMs <= nowMs ? empty : known;
    this.registers.set(name, register);
    return register;
  }

  put(table: Map<string, Cell>, name: string, cell: Cell): void {
    const before = table.get(name);
    if (before === undefined || before.stamp < cell.stamp) table.set(name, cell);
  }
}

export const documentName = ({ scope, id }: DocumentKey): string => `${scope}\0${id}`;
