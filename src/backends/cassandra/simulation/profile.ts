import type { Draws } from '../../../runtime/index.js';

/**
 * `steady`: clocks within the allowed skew, faults, short pauses, servers that come and go; no
 * append may stay undecided or unseen for `feedDelayMs`, so nothing may be counted as a risk.
 * `pauses`: servers also stop for longer than others wait for them, with nothing sent in flight.
 * `wild clocks`: the same with clocks far apart, which may delay readers, but lose nothing.
 * `storms`: any fault, for as long as it takes; what is lost must have been counted.
 */
export const MODES = ['steady', 'pauses', 'wild clocks', 'storms'] as const;
export type Mode = (typeof MODES)[number];

export const FEED_DELAY_MS = 5_000;
export const LONGEST_WRITE_MS = 2_500;
/** How far off a clock is in `wild clocks`. */
export const WILD_MS = 10_000;

/** How one run goes about it: each seed stresses some things and leaves others alone. */
export interface Profile {
  readonly mode: Mode;
  readonly servers: number;
  readonly types: number;
  readonly streams: number;
  readonly writers: number;
  /** How often a writer rests for a second or two. */
  readonly rests: number;
  /** For so long writers write. */
  readonly spanMs: number;
  readonly latencyMs: number;
  readonly viewLagMs: number;
  readonly slowView: number;
  readonly writeFaults: number;
  readonly readFaults: number;
  readonly markFaults: number;
  /** How often an operation on `feed_marks` takes up to two seconds. */
  readonly slowMarks: number;
  readonly disturbEveryMs: number;
  readonly rowsPerPage: number;
}

/** The modes by turns; those in which most can go wrong more often. */
const TURNS: readonly Mode[] = [...MODES, 'pauses', 'wild clocks'];

export function profileFor(seed: number, draws: Draws): Profile {
  const mode = TURNS[seed % TURNS.length] ?? 'steady';
  const sometimes = (value: number): number => (draws.chance(0.6) ? value : 0);
  return {
    mode,
    servers: draws.whole(2, 3),
    types: draws.whole(1, 3),
    streams: draws.pick([2, 6, 40, 200]),
    writers: draws.whole(2, 4),
    rests: draws.pick([0.05, 0.2, 0.6]),
    spanMs: mode === 'pauses' || mode === 'wild clocks' ? 10_000 : 4_000,
    latencyMs: draws.pick([2, 6, 30]),
    viewLagMs: mode === 'storms' ? 6_500 : 1_800,
    slowView: draws.pick([0, 0.05, 0.4]),
    writeFaults: sometimes(0.2),
    readFaults: sometimes(0.03),
    markFaults: sometimes(0.06),
    slowMarks: sometimes(0.04),
    disturbEveryMs: draws.pick([250, 500, 1_200]),
    rowsPerPage: draws.pick([3, 20, 1_000]),
  };
}
