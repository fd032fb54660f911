import { connectBy, type Cassadra } from '../client/index.js';
import { serverInProcess } from './server-in-process.js';
import type { FiredTimer } from './fired-timers.js';
import type { TestClock } from './manual-clock.js';
import type { OnCall, ReceivedCall } from './received-calls.js';

export interface TestStoreOptions {
  /** Answers the calls of timed events. Not given: each is answered with 200. */
  readonly onCall?: OnCall;
  /** Where the clock stands at first (2030-01-01T00:00:00Z). */
  readonly now?: Date | number;
  /** All ids and all chance come from it (1). */
  readonly seed?: number;
}

/** A store for one test, with everything that a server does. */
export interface TestStore extends Cassadra {
  /** The time of the store and of its client. It moves only when you move it. */
  readonly clock: TestClock;
  /** The calls that timed events have made, in order. */
  readonly calls: readonly ReceivedCall[];
  /** Every attempt of a timed event that is over, in order. */
  readonly fired: readonly FiredTimer[];
}

const START_MS = Date.UTC(2030, 0, 1);

/**
 * A new, empty store in this process. It needs no network, no disk and no time; closing it is not
 * needed. Calls that fail for now are repeated after pauses, as always: those wait for the clock.
 */
export function testStore(options: TestStoreOptions = {}): TestStore {
  const { onCall = () => undefined, now = START_MS, seed = 1 } = options;
  const startMs = Number(now);
  if (!Number.isSafeInteger(startMs) || startMs < 0) {
    throw new RangeError('now must be a moment in whole ms since 1970');
  }
  const { channel, clock, newId, calls, fired } = serverInProcess({ onCall, startMs, seed });
  const newSecret = (): string => {
    const digits = `${newId()}${newId()}`.replaceAll('-', '');
    return `whsec_${Buffer.from(digits, 'hex').toString('base64')}`;
  };
  const store = connectBy(channel, { time: clock, newId, newSecret });
  return Object.assign(store, { clock, calls, fired });
}
