import type { Draws } from '../../../src/runtime/index.js';

/**
 * `quiet`: nothing goes wrong, so everything must be on time. `kills`: processes pause, die, stop
 * and come; the storage answers. `faults`: it does not always. `clocks`: wall clocks step.
 * `everything`: all of it.
 */
export const MODES = ['quiet', 'kills', 'faults', 'clocks', 'everything'] as const;
export type Mode = (typeof MODES)[number];

/** How one run goes about it: each seed stresses some things and leaves others alone. */
export interface Profile {
  readonly mode: Mode;
  readonly servers: number;
  /** How often a server has no poller. */
  readonly withoutPoller: number;
  readonly shards: number;
  readonly clients: number;
  readonly operations: number;
  readonly keys: number;
  readonly restMs: number;
  readonly dueAheadMs: number;
  readonly claimAheadMs: number;
  readonly latencyMs: number;
  /** How often a call to the storage takes long, and gets its answer all the same. */
  readonly slow: number;
  readonly writeFaults: number;
  readonly readFaults: number;
  readonly disturbEveryMs: number;
  readonly rowsPerPage: number;
  /**
   * How often an entry is forgotten a second after its end. Not where writes may come late: such
   * an add finds its key free once more.
   */
  readonly shortRetention: number;
  /** How often clients are about schedules, policies and sweeps. */
  readonly lasting: number;
  /** How often a client has a deadline. */
  readonly deadlines: number;
  /** How long ago the last poller stopped. */
  readonly outageMs: number;
}

const TURNS: readonly Mode[] = [
  ...['quiet', 'kills', 'faults', 'everything', 'clocks'],
  ...['kills', 'faults', 'everything', 'everything', 'kills'],
].filter((mode): mode is Mode => MODES.some((known) => known === mode));

export function profileFor(seed: number, draws: Draws): Profile {
  const mode = TURNS[seed % TURNS.length] ?? 'everything';
  const faulty = mode === 'faults' || mode === 'everything';
  const sometimes = (value: number): number => (faulty && draws.chance(0.7) ? value : 0);
  return {
    mode,
    servers: draws.whole(3, 4),
    withoutPoller: draws.pick([0, 0, 0.3]),
    shards: draws.pick([1, 2, 4, 8]),
    clients: draws.whole(5, 8),
    operations: 200,
    keys: draws.pick([30, 120, 1_000]),
    restMs: draws.pick([60, 150, 350]),
    dueAheadMs: draws.pick([1_500, 5_000, 12_000]),
    claimAheadMs: draws.pick([0, 0, 5, 40]),
    latencyMs: draws.pick([4, 12, 40]),
    slow: sometimes(draws.pick([0.02, 0.1])),
    writeFaults: sometimes(draws.pick([0.03, 0.12])),
    readFaults: sometimes(0.04),
    disturbEveryMs: draws.pick([400, 900, 2_000]),
    rowsPerPage: draws.whole(3, 10),
    shortRetention: faulty ? 0 : 0.2,
    lasting: draws.pick([0, 0.2, 0.4, 0.6]),
    deadlines: draws.pick([0, 0.4]),
    outageMs: draws.chance(0.1) ? draws.pick([700_000, 7_200_000]) : 0,
  };
}
