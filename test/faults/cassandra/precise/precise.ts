import type { CassandraWorld } from '../cassandra-world.js';
import { holdView } from './hold-view.js';
import { lateProposeAlone, lateProposeOvertaken, lateProposeRetried } from './late-propose.js';
import { oneReplicaCommit } from './one-replica-commit.js';
import { parkCommitKilled } from './park-commit.js';
import { Stage } from './stage.js';

/** One thing done exactly, to a world that is whole before and after. */
export interface Scenario {
  readonly name: string;
  /** What the world must have: a replication, a network that can isolate single nodes. */
  readonly replications: readonly number[];
  readonly cutsNodes: boolean;
  readonly play: (stage: Stage) => Promise<void>;
}

export const SCENARIOS: readonly Scenario[] = [
  scenario('a commit that reaches one replica', oneReplicaCommit, [3], true),
  scenario('a late proposal, retried', lateProposeRetried, [2, 3]),
  scenario('a late proposal, overtaken', lateProposeOvertaken, [2, 3]),
  scenario('a late proposal, left alone', lateProposeAlone, [2, 3]),
  scenario('a parked commit whose coordinator is killed', parkCommitKilled, [3]),
  scenario('a view that lags', holdView, [1, 2, 3]),
];

function scenario(
  name: string,
  play: Scenario['play'],
  replications: readonly number[],
  cutsNodes = false,
): Scenario {
  return { name, play, replications, cutsNodes };
}

/** How a scenario ended. */
export interface ScenarioEnd {
  readonly name: string;
  readonly seconds: number;
  /** Undefined: as it should be. */
  readonly failure: string | undefined;
}

/** Plays every scenario that this world allows, one after the other. Needs two servers. */
export async function playPrecise(
  world: CassandraWorld,
  log: (line: string) => void,
  only: (name: string) => boolean = () => true,
): Promise<ScenarioEnd[]> {
  const ends: ScenarioEnd[] = [];
  for (const each of SCENARIOS) {
    if (!each.replications.includes(world.replication) || !only(each.name)) continue;
    if (each.cutsNodes && world.network.cannot.has('cut-nodes')) continue;
    const startMs = performance.now();
    const failure = await failureOf(each, world);
    const seconds = (performance.now() - startMs) / 1000;
    log(`${each.name}: ${failure ?? 'as it should be'} (${seconds.toFixed(1)} s)`);
    ends.push({ name: each.name, seconds, failure });
  }
  return ends;
}

async function failureOf({ play }: Scenario, world: CassandraWorld): Promise<string | undefined> {
  const stage = new Stage(world);
  try {
    await play(stage);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    await stage.restore();
  }
}
