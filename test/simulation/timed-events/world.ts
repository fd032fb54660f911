import { Draws, History, VirtualTime } from '../../../src/runtime/index.js';
import { Ledger } from './ledger.js';
import { requireUuid } from '../../../src/core/index.js';
import { documentName } from '../documents/document-state.js';
import { ANNOUNCED, Promises } from './promises.js';
import { profileFor, type Profile } from './profile.js';
import { Rows } from './rows.js';
import type { Troubles } from './troubles.js';
import { TroubleLog } from './troubles.js';

const BUCKET_MS = 600_000;
const DAY_MS = 86_400_000;
const SOME_DAY_MS = 20_000 * DAY_MS;

/** What everything in one simulation shares. */
export interface World {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly draws: Draws;
  readonly profile: Profile;
  readonly history: History;
  readonly rows: Rows;
  readonly ledger: Ledger;
  /** Of schedules, applications, sweeps and failure events. */
  readonly promises: Promises;
  readonly troubles: Troubles;
  /** What true clocks show at the beginning. */
  readonly startMs: number;
  /** Set once: from then on nothing goes wrong any more. */
  calm: boolean;
  /** Whether the history has everything that reaches the storage and comes back. */
  readonly verbose: boolean;
}

/** The world of a seed. */
export function createWorld(seed: number, verbose: boolean): World {
  const draws = new Draws(seed);
  const profile = profileFor(seed, draws);
  const time = new VirtualTime(draws);
  const troubles = new TroubleLog();
  const rows = new Rows(time);
  const ledger = new Ledger({ time, troubles });
  // The end of a ten-minute bucket, or of a day, often lies within the run.
  const boundaryMs = SOME_DAY_MS + draws.pick([0, BUCKET_MS, BUCKET_MS, 70_000]);
  const startMs = boundaryMs - draws.whole(1_000, 16_000);
  const history = new History();
  const promises = new Promises({ time, ledger, troubles, startMs, history });
  const parts = { seed, time, draws, profile, history, rows, ledger, promises, troubles };
  const world: World = { ...parts, startMs, calm: false, verbose };
  announceFailures(world);
  return world;
}

/** Writes a line of the history, and counts it where it is a fault or a kind of operation. */
export function note({ time, history }: World, counted: string, more = ''): void {
  history.count(counted);
  history.add(time.nowMs, `${counted} ${more}`);
}

/** The true time of the world, as a clock on the wall would show it. */
export function trueMs({ time, startMs }: World): number {
  return Math.floor(startMs + time.nowMs);
}

/** One application has a failure event from before the beginning. */
function announceFailures({ rows, promises, startMs }: World): void {
  const key = { scope: 'policies', id: `application\n${ANNOUNCED}` };
  const failureEvent = { stream: 'failures', type: 'failed' };
  const content = JSON.stringify({ priority: 'normal', failureEvent });
  const change = requireUuid('00000000-0000-4000-8000-000000000001');
  const row = { change, content, expiresMs: undefined, listing: change };
  const name = documentName(key);
  Object.assign(rows.documents.register(name, startMs), { decided: row, visible: row });
  const cell = { value: key.id, stamp: 1, expiresMs: Infinity };
  rows.documents.listings.set(`${name}\0${change}`, cell);
  promises.documentDecided(key, [{ content, atMs: 0 }]);
}
