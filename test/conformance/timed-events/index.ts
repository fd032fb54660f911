import { after, before, describe } from 'node:test';
import { exerciseCompareAndSet } from './compare-and-set.js';
import { exerciseCounts } from './counts.js';
import { exerciseEntries } from './entries.js';
import { TimedKit, type TimedEventsFactory } from './kit.js';
import { exerciseTimedLifecycle } from './lifecycle.js';
import { exerciseLeavingOut } from './leaving-out.js';
import { exerciseLists } from './lists.js';
import { exerciseQueue } from './queue.js';
import { exerciseReplays } from './replays.js';
import { exerciseRetention } from './retention.js';
import { exerciseSharing } from './sharing.js';

export { exerciseCrowd } from './crowd.js';
export { exerciseTimedModel } from './model.js';
export type { TimedEventsFactory, TimedEventsUnderTest } from './kit.js';

const OPEN_TIMEOUT_MS = 180_000;

/** Registers the whole behaviour of the port as tests of `node:test`, on one open storage. */
export function exerciseTimedEvents(name: string, factory: TimedEventsFactory): void {
  describe(`timed events ${name}`, () => {
    const kit = new TimedKit();
    before(async () => kit.open(await factory()), { timeout: OPEN_TIMEOUT_MS });
    after(() => kit.underTest.cleanup(), { timeout: OPEN_TIMEOUT_MS });
    exerciseEntries(kit);
    exerciseReplays(kit);
    exerciseCompareAndSet(kit);
    exerciseLists(kit);
    exerciseCounts(kit);
    exerciseQueue(kit);
    exerciseLeavingOut(kit);
    exerciseSharing(kit);
    exerciseRetention(kit);
    exerciseTimedLifecycle(kit);
  });
}
