import type { DifferentialOptions } from '../../model/differential.js';

const long = process.env['CASSADRA_TEST_LONG'] === '1';

/** Through the wire runs are few; those of this seed bring up everything. */
export const WIRE_RUNS: DifferentialOptions = {
  runs: long ? 300 : 10,
  length: 100,
  timeoutMs: long ? 1_800_000 : 240_000,
  first: { seed: 34, runs: 5 },
};

/** Events of the live feed of the kit. */
export const WIRE_LIVE_EVENTS = long ? 5_000 : 300;
