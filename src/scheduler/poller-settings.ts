import { DEFAULT_GATE_LIMITS, type GateLimits } from './gate.js';

/** How the poller works. Times in ms. */
export interface PollerSettings {
  /** Entries are fetched this long before they are due, so that they can fire to the ms. */
  readonly lookAheadMs: number;
  /** Entries are claimed this long before: as long as the storage takes for it. */
  readonly claimAheadMs: number;
  /** Entries held that are not yet due, and as many again that wait for a free call. */
  readonly heldMax: number;
  /** Entries that are later than this when they are looked at first count as late. */
  readonly lateAfterMs: number;
  /** So many late entries begin a second: a backlog must not overrun its receivers. */
  readonly catchUpPerSecond: number;
  readonly gate: GateLimits;
  /** How long `stop` waits for calls under way. */
  readonly stopGraceMs: number;
}

export const DEFAULT_POLLER_SETTINGS: PollerSettings = {
  lookAheadMs: 1_000,
  claimAheadMs: 0,
  heldMax: 20_000,
  lateAfterMs: 10_000,
  catchUpPerSecond: 500,
  gate: DEFAULT_GATE_LIMITS,
  stopGraceMs: 10_000,
};
