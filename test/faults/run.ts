import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Draws } from '../../src/runtime/index.js';
import type { Replication, WorldName } from './arguments.js';
import { openCassandraWorld } from './cassandra/cassandra-world.js';
import { playPrecise, type ScenarioEnd } from './cassandra/precise/precise.js';
import { checkRun } from './checks/check-run.js';
import { openEmbeddedWorld } from './embedded/embedded-world.js';
import { belowFloor } from './floor.js';
import { HistoryRecorder, saveRun } from './history/history-recorder.js';
import type { RunRecord } from './history/operation.js';
import { Nemesis } from './nemesis/nemesis.js';
import { hasPassed, type Verdict } from './verdict.js';
import { startWorkload, type Workload } from './workload/workload.js';
import type { World } from './world.js';

/** How much longer than asked a run may go on until each fault has fired. */
const EXTRA_MS = 600_000;

export interface RunOptions {
  readonly world: WorldName;
  readonly replication: Replication;
  readonly network: 'namespaces' | 'proxies';
  readonly servers: number;
  readonly seconds: number;
  readonly seed: number;
  /** Undefined: as each fault allows. */
  readonly holdMaxMs: number | undefined;
  /** Cassandra: plays the scenarios that do one thing exactly, too. */
  readonly precise: boolean;
  /** Undefined: all. */
  readonly faults: readonly string[] | undefined;
  /** Folder for the history and the logs of a run that fails. */
  readonly keep: string;
  readonly log: (line: string) => void;
}

/** What a run has shown, before it is checked. */
interface Observed {
  readonly record: RunRecord;
  readonly nemesis: Nemesis;
  readonly workload: Workload;
  readonly faultSeconds: number;
}

/** One run, from an empty world to its verdict. */
export async function runOnce(options: RunOptions): Promise<Verdict> {
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const folder = join(
    options.keep,
    `${startedAt.slice(0, 19).replaceAll(':', '')}-${options.seed}`,
  );
  await mkdir(folder, { recursive: true });
  const { world, playScenarios } = await openWorld(options, folder);
  try {
    await world.untilReady();
    const scenarios = await playScenarios();
    const observed = await observe(options, world, join(folder, 'lines.ndjson'));
    const verdict = {
      ...{ world: titleOf(options), seed: options.seed, startedAt, commit: commitOf() },
      ...verdictOn(observed, world, scenarios),
      totalSeconds: (performance.now() - startMs) / 1000,
    };
    if (hasPassed(verdict)) await rm(folder, { recursive: true, force: true });
    else options.log(`kept: ${await saved(folder, observed.record)}`);
    return verdict;
  } finally {
    await world.stop();
  }
}

interface OpenWorld {
  readonly world: World;
  readonly playScenarios: () => Promise<readonly ScenarioEnd[]>;
}

async function openWorld(options: RunOptions, folder: string): Promise<OpenWorld> {
  const { seed, log, servers, replication, network, precise } = options;
  const shared = { seed, folder, log, servers };
  if (options.world === 'embedded') {
    const playScenarios = (): Promise<[]> => Promise.resolve([]);
    return { world: await openEmbeddedWorld(shared), playScenarios };
  }
  const world = await openCassandraWorld({ ...shared, replication, network });
  const playScenarios = async (): Promise<readonly ScenarioEnd[]> =>
    precise ? playPrecise(world, log) : [];
  return { world, playScenarios };
}

/** What happens is written to `path` as it does, for a run that comes to no verdict. */
async function observe(options: RunOptions, world: World, path: string): Promise<Observed> {
  const { log, seed, seconds, holdMaxMs } = options;
  const draws = new Draws(seed);
  const nowMs = (): number => performance.now();
  const recorder = new HistoryRecorder(path);
  const record = recorder.add.bind(recorder);
  const faults = chosenFaults(options, world);
  const nemesis = new Nemesis({ faults, draws, nowMs, record, log, holdMaxMs });
  const workload = await startWorkload({
    endpoints: world.servers,
    seed,
    record,
    nowMs,
    receiverHost: world.receiverHost,
  });
  try {
    const fromMs = nowMs();
    await nemesis.run(seconds * 1000, EXTRA_MS);
    const faultSeconds = (nowMs() - fromMs) / 1000;
    log('all is healed; settling');
    await world.untilReady();
    const finalStreams = await workload.settle();
    const passed = await world.passed();
    const { feed } = world;
    const { readers } = workload;
    const { lines } = recorder;
    return {
      record: { lines, finalStreams, readers, feed, passed },
      ...{ nemesis, workload, faultSeconds },
    };
  } finally {
    await workload.stop();
    recorder.close();
  }
}

function verdictOn(
  { record, nemesis, workload, faultSeconds }: Observed,
  world: World,
  scenarios: readonly ScenarioEnd[],
): Omit<Verdict, 'world' | 'seed' | 'startedAt' | 'commit' | 'totalSeconds'> {
  const unfired = nemesis.unfired.map((fault) => `${fault} never fired`);
  const checked = checkRun(record);
  return {
    faultSeconds,
    operations: operationsOf(workload),
    faults: Object.fromEntries(nemesis.counts),
    pairs: nemesis.pairs,
    missing: Object.fromEntries(world.missing.map(({ fault, why }) => [fault, why])),
    ...checked,
    scenarios: scenarios.length,
    troubles: [
      ...scenarios.flatMap(({ name, failure }) => (failure ? [`${name}: ${failure}`] : [])),
      ...unfired,
      ...belowFloor(workload, checked.figures),
      ...workload.troubles,
      ...world.crashes(),
    ],
  };
}

/** Without what readers by type were given: the checks count that. */
function operationsOf({ counts }: Workload): Record<string, number> {
  return Object.fromEntries([...counts].filter(([name]) => !name.startsWith('delivery')));
}

function chosenFaults({ faults: names }: RunOptions, world: World): World['faults'] {
  if (names === undefined) return world.faults;
  const known = [...world.faults.map(({ name }) => name), ...world.missing.map((m) => m.fault)];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`there is no fault "${unknown}" here; there are ${known.join(', ')}`);
  }
  return world.faults.filter(({ name }) => names.includes(name));
}

async function saved(folder: string, record: RunRecord): Promise<string> {
  const path = join(folder, 'history.ndjson');
  await saveRun(path, record);
  return path;
}

function titleOf({ world, replication, network }: RunOptions): string {
  if (world === 'embedded') return 'embedded';
  return `3 nodes, replication ${replication}${network === 'proxies' ? ', proxies' : ''}`;
}

function commitOf(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { encoding: 'utf8' }).trim();
    // the summaries that runs write are no change of what ran
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs/proof');
    return `${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : '-dirty'}`;
  } catch {
    return 'unknown';
  }
}
