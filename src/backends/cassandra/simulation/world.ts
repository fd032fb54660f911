import { Draws, History, VirtualTime } from '../../../runtime/index.js';
import { statementsFor } from '../statements.js';
import { profileFor, type Profile } from './profile.js';
import { SimulatedCql } from './simulated-cql.js';
import { Tables } from './tables.js';

export const KEYSPACE = 'simulated';

/** What everything in one simulation shares. */
export interface World {
  readonly time: VirtualTime;
  readonly draws: Draws;
  readonly profile: Profile;
  readonly tables: Tables;
  readonly cql: SimulatedCql;
  readonly history: History;
  /** Set once: from then on nothing goes wrong any more. */
  calm: boolean;
}

/** The world of a seed; `fixed` is what a test wants to be otherwise. */
export function createWorld(seed: number, fixed: Partial<Profile> = {}): World {
  const draws = new Draws(seed);
  const profile = { ...profileFor(seed, draws), ...fixed };
  const tables = new Tables();
  const cql = new SimulatedCql(tables, statementsFor(KEYSPACE, true));
  const time = new VirtualTime(draws);
  return { time, draws, profile, tables, cql, history: new History(), calm: false };
}

/** Writes a line of the history, and counts it where it is a fault or a kind of operation. */
export function note({ time, history }: World, counted: string, more = ''): void {
  history.count(counted);
  history.add(time.nowMs, `${counted} ${more}`);
}
