import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { projectDirectory } from '../../../src/runtime/index.js';
import { CassandraUnavailableError, startCassandra } from '../../../tools/cassandra/index.js';
import { CASSANDRA_ENV, testClusterOptions } from '../../../tools/test/test-cassandra-settings.js';
import { markdownTable, resultLines, sumLine, titleOf, type Tried } from './mutation-table.js';
import { commandText, type Mutation } from './mutation.js';
import { readMutations } from './read-mutations.js';
import { MutationTrial } from './try-mutation.js';

export const MUTATIONS_USAGE = `Puts known bugs back, one at a time, into a copy of the compiled project, and shows that
a test catches each.

npm run test:faults -- mutations [options]
  --only NN[,NN]   only these
  --list           names them and ends
  --write FILE     writes the table to FILE as markdown
  --help           this text
Starts a Cassandra for those that need one, or uses that of CASSADRA_TEST_CASSANDRA=host:port.
Exit code 0 when all were caught, 1 when one was not, did not apply, or failed without it.`;

/** The command. Answers its exit code; throws an error of node's parser for wrong arguments. */
export async function runMutations(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      list: { type: 'boolean', default: false },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(MUTATIONS_USAGE);
    return 0;
  }
  const mutations = chosen(await readMutations(), values.only);
  if (values.list) {
    for (const mutation of mutations) console.log(listLine(mutation));
    return 0;
  }
  const all = await tryAll(mutations);
  console.log(`\n${sumLine(all)}`);
  if (values.write !== undefined) {
    await writeFile(values.write, markdownTable(all, await originText()));
  }
  return all.length > 0 && all.every(isWell) ? 0 : 1;
}

/** What cannot be tried here must be where CI runs. */
function isWell({ verdict }: Tried): boolean {
  const { kind } = verdict;
  return kind === 'caught' || (kind === 'skipped' && process.env['CI'] !== 'true');
}

function chosen(all: readonly Mutation[], only: string | undefined): readonly Mutation[] {
  if (only === undefined) return all;
  const numbers = new Set(only.split(',').map(Number));
  return all.filter(({ number }) => numbers.has(number));
}

function listLine(mutation: Mutation): string {
  return `${titleOf(mutation)}: ${mutation.bug}\n   ${commandText(mutation.command)}`;
}

async function tryAll(mutations: readonly Mutation[]): Promise<readonly Tried[]> {
  const needed = mutations.some(({ command }) => command.needsCassandra);
  const cassandra = needed ? await cassandraForCommands() : { stop: async () => undefined };
  const trial = new MutationTrial({
    withoutCassandra: 'why' in cassandra ? cassandra.why : undefined,
    controls: true,
  });
  const all: Tried[] = [];
  try {
    for (const mutation of mutations) {
      const tried = { mutation, verdict: await trial.try(mutation) };
      for (const line of resultLines(tried)) console.log(line);
      all.push(tried);
    }
  } finally {
    if ('stop' in cassandra) await cassandra.stop();
  }
  return all;
}

type CassandraOrNot = { readonly stop: () => Promise<void> } | { readonly why: string };

/** Told to the commands by the environment, which they inherit. */
async function cassandraForCommands(): Promise<CassandraOrNot> {
  const { env } = process;
  if (env[CASSANDRA_ENV.contactPoint]) return { stop: async () => undefined };
  try {
    const cluster = await startCassandra({ ...testClusterOptions(), log: console.error });
    env[CASSANDRA_ENV.contactPoint] = cluster.contactPoints.join(',');
    return { stop: () => cluster.stop() };
  } catch (error) {
    if (error instanceof CassandraUnavailableError) return { why: error.message };
    throw error;
  }
}

async function originText(): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  try {
    const options = { cwd: projectDirectory() };
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], options);
    return `commit ${stdout.trim()}, ${date}`;
  } catch {
    return date;
  }
}
