import { spawnSync } from 'node:child_process';
import { parseArguments, UsageError, USAGE, type RunArguments } from './arguments.js';
import { fetchCassandra } from './cassandra/cassandra-world.js';
import { isWithinNamespace, whyNoNamespaces, withinNamespace } from './cassandra/namespaces.js';
import { checkRun } from './checks/check-run.js';
import { loadRun } from './history/history-recorder.js';
import { runMutations } from './mutations/run-mutations.js';
import { runOnce, type RunOptions } from './run.js';
import { addToSummary } from './summary/summary.js';
import { hasPassed, verdictText } from './verdict.js';

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  switch (parsed.command) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'mutations':
      return runMutations(parsed.rest);
    case 'check':
      return checkAgain(parsed.file);
    case 'run':
      return run(parsed);
  }
}

async function checkAgain(file: string): Promise<number> {
  const { violations, figures } = checkRun(await loadRun(file));
  for (const [name, figure] of Object.entries(figures)) console.log(`${name}: ${figure}`);
  for (const { check, what } of violations) console.log(`VIOLATION ${check}: ${what}`);
  console.log(`${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}

async function run(args: RunArguments): Promise<number> {
  const network = args.network ?? (await possibleNetwork());
  if (network === 'namespaces' && args.worlds.includes('cassandra') && !isWithinNamespace()) {
    // from within, nothing can be fetched
    await fetchCassandra(console.log);
    return runWithinNamespace();
  }
  const endMs = 'hours' in args.until ? performance.now() + args.until.hours * 3_600_000 : 0;
  let failed = 0;
  for (let index = 0; ; index += 1) {
    const over = 'runs' in args.until ? index >= args.until.runs : performance.now() >= endMs;
    if (over) break;
    if (!(await runWithVerdict(args, optionsOf(args, index, network)))) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

/** Whether it has passed. One that comes to no verdict has not, and does not end the others. */
async function runWithVerdict(args: RunArguments, options: RunOptions): Promise<boolean> {
  try {
    const verdict = await runOnce(options);
    console.log(verdictText(verdict));
    if (args.summary !== undefined) await addToSummary(args.summary, verdict);
    return hasPassed(verdict);
  } catch (error) {
    console.error(error);
    console.log(`verdict: NONE, seed ${options.seed}`);
    return false;
  }
}

async function possibleNetwork(): Promise<'namespaces' | 'proxies'> {
  const why = await whyNoNamespaces();
  if (why === undefined) return 'namespaces';
  console.error(`!!! NO NETWORK NAMESPACES, proxies instead, which cannot part nodes: ${why}`);
  return 'proxies';
}

/** The same command again, in a network of its own that ends with it. */
function runWithinNamespace(): number {
  const own = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const [command = '', ...rest] = withinNamespace(own);
  return spawnSync(command, rest, { stdio: 'inherit' }).status ?? 1;
}

/** Run `index`: worlds and replications take turns, the seed counts on. */
function optionsOf(
  args: RunArguments,
  index: number,
  network: 'namespaces' | 'proxies',
): RunOptions {
  const round = Math.floor(index / args.worlds.length);
  return {
    ...args,
    network,
    world: args.worlds[index % args.worlds.length] ?? 'cassandra',
    replication: args.replications[round % args.replications.length] ?? 3,
    seed: args.seed + index,
    log: (line) => console.log(`${new Date().toISOString().slice(11, 23)} ${line}`),
  };
}

function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code));
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    if (!isUsage(error)) {
      console.error(error);
      process.exit(1);
    }
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  },
);
