import { Draws, VirtualTime } from '../../../src/runtime/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';
import type { DocumentRow } from '../../../src/backends/cassandra/index.js';
import { documentName, DocumentState } from './document-state.js';
import type { DocumentWorld } from './tables.js';

const SOME_DAY_MS = 20_000 * 86_400_000;

/** A row as it was from some moment on. */
export interface Reign {
  readonly fromMs: number;
  readonly row: DocumentRow | undefined;
}

/** What stands in Cassandra, and what has stood there. */
export class World implements DocumentWorld {
  readonly seed: number;
  readonly draws: Draws;
  readonly time: VirtualTime;
  readonly documents = new DocumentState();
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

  decided(key: DocumentKey, row: DocumentRow): void {
    const reigns = this.reignsOf(key);
    reigns.push({ fromMs: this.trueMs, row });
    this.reigns.set(documentName(key), reigns);
  }

  reignsOf(key: DocumentKey): Reign[] {
    return this.reigns.get(documentName(key)) ?? [];
  }
}
