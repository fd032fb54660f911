import { Draws, VirtualTime } from '../../../src/runtime/index.js';
import type { Uuid } from '../../../src/core/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';
import type { DocumentRow } from '../../../src/backends/cassandra/index.js';

const SOME_DAY_MS = 20_000 * 86_400_000;

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

/** A row as it was from some moment on. */
export interface Reign {
  readonly fromMs: number;
  readonly row: DocumentRow | undefined;
}

/** What stands in Cassandra, and what has stood there. */
export class World {
  readonly seed: number;
  readonly draws: Draws;
  readonly time: VirtualTime;
  readonly registers = new Map<string, Register>();
  readonly listings = new Map<string, Cell<string>>();
  readonly revisions = new Map<string, Cell<Uuid>>();
  /** By key, in the order of time. */
  readonly reigns = new Map<string, Reign[]>();
  /** How often each thing has happened. */
  readonly counts = new Map<string, number>();
  /** From then on nothing goes wrong any more. */
  calm = false;
  /** Calls that may still take effect. */
  awaited = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.draws = new Draws(seed);
    this.time = new VirtualTime(this.draws);
  }

  /** As a true clock shows it. */
  get trueMs(): number {
    return Math.floor(SOME_DAY_MS + this.time.nowMs);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  register(key: DocumentKey): Register {
    const name = nameOf(key);
    const register = this.registers.get(name) ?? {
      decided: undefined,
      visible: undefined,
      expiresMs: Infinity,
    };
    this.registers.set(name, register);
    if (register.expiresMs > this.trueMs) return register;
    Object.assign(register, { decided: undefined, visible: undefined, expiresMs: Infinity });
    return register;
  }

  decide(key: DocumentKey, row: DocumentRow): void {
    const reigns = this.reignsOf(key);
    reigns.push({ fromMs: this.trueMs, row });
    this.reigns.set(nameOf(key), reigns);
  }

  reignsOf(key: DocumentKey): Reign[] {
    return this.reigns.get(nameOf(key)) ?? [];
  }
}

export function nameOf({ scope, id }: DocumentKey): string {
  return `${scope} ${id}`;
}
