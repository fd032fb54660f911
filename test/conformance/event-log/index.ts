import { after, before, describe } from 'node:test';
import { exerciseAllEvents } from './all-events.js';
import { exerciseAppend } from './append.js';
import { exerciseByType } from './by-type.js';
import { exerciseContents } from './contents.js';
import { exerciseDirectory } from './directory.js';
import { exerciseEventTypes } from './event-types.js';
import { exerciseFeedEnd } from './feed-end.js';
import { exerciseFreshFeed } from './fresh-feed.js';
import { exerciseIdempotency } from './idempotency.js';
import { Kit, type BackendFactory } from './kit.js';
import { exerciseLifecycle } from './lifecycle.js';
import { exerciseLiveFeed } from './live-feed.js';
import { exerciseLoad } from './load.js';
import { exerciseMergedAppend } from './merged-append.js';
import { exerciseRaces } from './races.js';
import { exerciseSeveralTypes } from './several-types.js';
import { exerciseStreamWalk } from './stream-walk.js';

export type { BackendFactory, BackendUnderTest, Gaps } from './kit.js';

export interface ExerciseOptions {
  /** Events of the live feed; 20,000 in the long form. */
  readonly liveEvents?: number;
}

const OPEN_TIMEOUT_MS = 180_000;
const LIVE_EVENTS = 2_000;

/** Registers the whole behaviour of a backend as tests of `node:test`, on one open backend. */
export function exerciseBackend(
  name: string,
  factory: BackendFactory,
  { liveEvents = LIVE_EVENTS }: ExerciseOptions = {},
): void {
  describe(`backend ${name}`, () => {
    const kit = new Kit();
    before(async () => kit.open(await factory()), { timeout: OPEN_TIMEOUT_MS });
    after(() => kit.underTest.cleanup(), { timeout: OPEN_TIMEOUT_MS });
    exerciseFeedEnd(kit);
    exerciseFreshFeed(kit);
    exerciseAppend(kit);
    exerciseMergedAppend(kit);
    exerciseIdempotency(kit);
    exerciseRaces(kit);
    exerciseLoad(kit);
    exerciseContents(kit);
    exerciseByType(kit);
    exerciseSeveralTypes(kit);
    exerciseLiveFeed(kit, liveEvents);
    exerciseDirectory(kit);
    exerciseStreamWalk(kit);
    exerciseEventTypes(kit);
    exerciseAllEvents(kit);
    exerciseLifecycle(kit);
  });
}
