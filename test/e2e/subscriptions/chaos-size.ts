import type { ChaosSize } from './chaos.js';

const LONG = process.env['CASSADRA_TEST_LONG'] === '1';

/** One of two sizes, as the tests run. */
export function sizeOf(short: ChaosSize, long: ChaosSize): ChaosSize {
  return LONG ? long : short;
}
