import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Proof by faults: real servers on a three-node Cassandra or on one embedded folder, a
workload over both APIs and timers, and faults, all from one seed; then a check of what clients saw.

npm run test:faults -- [options]
  --world NAME         cassandra (default), embedded, or both: one after the other
  --replication N      1, 2 or 3 (default 3) copies on the three nodes; "rotate": 3 3 1 3 3 2 …
  --seconds N          how long faults go on in a run (default 120); longer until each has fired
  --runs N             how many runs (default 1), the seed of each is one more
  --hours N            runs until so many hours are over, instead of --runs
  --seed N             default: drawn from the time, and printed
  --faults A,B         only these (a wrong name lists them)
  --hold SECONDS       the longest that a fault is at work (default: as each allows, 5 to 12)
  --precise            each run on Cassandra begins with the scenarios that do one thing exactly
  --network NAME       namespaces (default where allowed) or proxies
  --servers N          servers that take calls (default 2), besides a poller
  --keep FOLDER        where histories of failed runs and logs go (default ./faults-kept)
  --summary FILE       adds each run to FILE.jsonl and writes the table of all of them to FILE
npm run test:faults -- check FILE        checks a kept history again
npm run test:faults -- mutations [...]   puts known bugs back into a copy and shows what catches
                                         each (mutations --help)
Exit code 0 when all promises held and every fault fired, 1 when not, 2 for wrong arguments.`;

export type WorldName = 'cassandra' | 'embedded';
export type Replication = 1 | 2 | 3;

/** What a run is made of. */
export interface RunArguments {
  readonly command: 'run';
  readonly worlds: readonly WorldName[];
  readonly replications: readonly Replication[];
  readonly seconds: number;
  /** How many, or for how long. */
  readonly until: { readonly runs: number } | { readonly hours: number };
  readonly seed: number;
  /** Undefined: all. */
  readonly faults: readonly string[] | undefined;
  /** Undefined: namespaces where they are allowed. */
  readonly network: 'namespaces' | 'proxies' | undefined;
  readonly servers: number;
  /** Undefined: as each fault allows. */
  readonly holdMaxMs: number | undefined;
  readonly precise: boolean;
  readonly keep: string;
  readonly summary: string | undefined;
}

export type Arguments =
  | RunArguments
  | { readonly command: 'help' }
  | { readonly command: 'check'; readonly file: string }
  | { readonly command: 'mutations'; readonly rest: readonly string[] };

/** Wrong arguments, in words for the user. */
export class UsageError extends Error {}

const ROTATION: readonly Replication[] = [3, 3, 1, 3, 3, 2];

/** Reads the command line. Throws {@link UsageError}, or an error of node's parser. */
export function parseArguments(args: readonly string[]): Arguments {
  const [first, ...rest] = args;
  if (first === 'mutations') return { command: 'mutations', rest };
  if (first === 'check') {
    const [file] = rest;
    if (file === undefined) throw new UsageError('check wants the file of a history');
    return { command: 'check', file };
  }
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return { command: 'help' };
  const hours = values.hours === undefined ? undefined : positive('hours', values.hours);
  return {
    command: 'run',
    worlds: worldsOf(values.world),
    replications: replicationsOf(values.replication),
    seconds: positive('seconds', values.seconds),
    until: hours === undefined ? { runs: positive('runs', values.runs) } : { hours },
    seed: values.seed === undefined ? Date.now() % 1_000_000 : positive('seed', values.seed),
    faults: values.faults?.split(',').filter((name) => name !== ''),
    network: networkOf(values.network),
    servers: positive('servers', values.servers),
    holdMaxMs: values.hold === undefined ? undefined : positive('hold', values.hold) * 1000,
    precise: values.precise,
    // nodes run in folders of their own, and are told of files in it
    keep: resolve(values.keep),
    summary: values.summary,
  };
}

const OPTIONS = {
  world: { type: 'string', default: 'cassandra' },
  replication: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '120' },
  runs: { type: 'string', default: '1' },
  hours: { type: 'string' },
  hold: { type: 'string' },
  precise: { type: 'boolean', default: false },
  seed: { type: 'string' },
  faults: { type: 'string' },
  network: { type: 'string' },
  servers: { type: 'string', default: '2' },
  keep: { type: 'string', default: 'faults-kept' },
  summary: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--${name} wants a number above 0, not "${text}"`);
  return value;
}

function worldsOf(text: string): readonly WorldName[] {
  if (text === 'both') return ['cassandra', 'embedded'];
  if (text === 'cassandra' || text === 'embedded') return [text];
  throw new UsageError(`--world is cassandra, embedded or both, not "${text}"`);
}

function replicationsOf(text: string): readonly Replication[] {
  if (text === 'rotate') return ROTATION;
  const value = Number(text);
  if (value === 1 || value === 2 || value === 3) return [value];
  throw new UsageError(`--replication is 1, 2, 3 or rotate, not "${text}"`);
}

function networkOf(text: string | undefined): RunArguments['network'] {
  if (text === undefined || text === 'namespaces' || text === 'proxies') return text;
  throw new UsageError(`--network is namespaces or proxies, not "${text}"`);
}
