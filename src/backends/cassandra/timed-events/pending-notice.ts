import type { Notice } from './timed-tables.js';

/** A notice in memory, from when it is read until it is settled. */
export interface PendingNotice {
  readonly notice: Notice;
  readonly epoch: number;
  /** Of the latest row that stands for it. */
  positionMs: number;
  writtenMs: number;
  /** Of the latest row when it was handed out: what whoever looks at the entry knows of. */
  handedMs: number;
  /** Handed out, and neither settled nor postponed. */
  out: boolean;
  /** By the monotonic clock: not handed out before. Undefined: at its time. */
  waitsUntilMs: number | undefined;
}
