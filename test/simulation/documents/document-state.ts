import type { DocumentRow } from '../../../src/backends/cassandra/index.js';
import type { Uuid } from '../../../src/core/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';

/** A row of `documents`. What is decided need not be committed everywhere yet. */
export interface Register {
  decided: DocumentRow | undefined;
  /** What reads show that are not serial. */
  visible: DocumentRow | undefined;
  expiresMs: number;
}

/** A cell that the write with the latest time of its client decides. */
export interface Cell<Value> {
  readonly value: Value | undefined;
  readonly stamp: number;
  readonly expiresMs: number;
}

/** What stands in the tables of documents. */
export class DocumentState {
  readonly registers = new Map<string, Register>();
  readonly listings = new Map<string, Cell<string>>();
  readonly revisions = new Map<string, Cell<Uuid>>();

  register(name: string, nowMs: number): Register {
    const empty = { decided: undefined, visible: undefined, expiresMs: Infinity };
    const known = this.registers.get(name);
    const register = known === undefined || known.expiresMs <= nowMs ? empty : known;
    this.registers.set(name, register);
    return register;
  }
}

export function put<Value>(table: Map<string, Cell<Value>>, name: string, cell: Cell<Value>): void {
  const before = table.get(name);
  if (before === undefined || before.stamp < cell.stamp) table.set(name, cell);
}

export function stands(cell: Cell<string> | undefined, nowMs: number): cell is Cell<string> {
  return cell?.value !== undefined && cell.expiresMs > nowMs;
}

/** Scope and id, parted by NUL. */
export const documentName = ({ scope, id }: DocumentKey): string => `${scope}\0${id}`;
