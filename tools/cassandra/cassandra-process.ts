import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jvmArguments, writeConfig } from './cassandra-config.js';
import { cassandraJars } from './cassandra-jars.js';
import { CassandraUnavailableError } from './cassandra-unavailable-error.js';
import { killWithProcess } from './child-reaper.js';
import { javaCommand } from './java-command.js';
import type { NodePlan } from './node-plan.js';
import { lastLines, runProgram } from './run-program.js';

/**
 * Starts the process of one node; its output goes to `cassandra.log` in the node's folder. It does
 * not keep the
 * present process alive, and ends with it. The answer says nothing about readiness: see
 * `answersCql`.
 */
export async function spawnCassandra(
  plan: NodePlan,
  log: (line: string) => void,
): Promise<ChildProcess> {
  const java = await javaCommand();
  const lib = await cassandraJars(plan.version, log);
  const jamm = (await readdir(lib)).find((name) => /^jamm-.*\.jar$/.test(name));
  if (jamm === undefined)
    throw new CassandraUnavailableError(
      `${lib} holds no jamm jar: delete that folder and try again`,
    );
  await writeConfig(plan);
  const [command, ...args] = [
    ...plan.command,
    ...(await deathSignal()),
    java,
    ...jvmArguments(plan, lib, join(lib, jamm)),
  ];
  const output = openSync(logPath(plan), 'a');
  try {
    const child = spawn(command ?? java, args, {
      cwd: plan.folder,
      stdio: ['ignore', output, output],
      windowsHide: true,
    });
    killWithProcess(child);
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

/** The last `lines` lines of the node's log, or a note that there is none. */
export async function logTail(plan: NodePlan, lines = 25): Promise<string> {
  try {
    const tail = lastLines(await readFile(logPath(plan), 'utf8'), lines);
    // One line of Cassandra's log holds its whole configuration.
    return tail.replace(/^(.{300}).+$/gm, '$1…');
  } catch {
    return `(no log at ${logPath(plan)})`;
  }
}

function logPath(plan: NodePlan): string {
  return join(plan.folder, 'cassandra.log');
}

let deathSignalPrefix: Promise<string[]> | undefined;

// On Linux the kernel can end the node when we are killed with SIGKILL and no handler of ours runs.
// setpriv
// (util-linux) arranges that and then becomes java itself, so the pid is java's.
export function deathSignal(): Promise<string[]> {
  deathSignalPrefix ??= (async () => {
    if (process.platform !== 'linux') return [];
    const prefix = ['setpriv', '--pdeathsig', 'KILL', '--'];
    const trial = await runProgram('setpriv', [...prefix.slice(1), 'true']);
    return trial?.exitCode === 0 ? prefix : [];
  })();
  return deathSignalPrefix;
}
