import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deathSignal } from '../../../tools/cassandra/cassandra-process.js';
import { killWithProcess } from '../../../tools/cassandra/child-reaper.js';
import type { FixedServerPlan } from './server-plan.js';
import { AHEAD_VARIABLE } from './wrong-clock-message.js';

const WRONG_CLOCK = new URL('./wrong-clock.js', import.meta.url).href;

/** The log of a server, over its restarts. */
export function logPath({ folder, name }: FixedServerPlan): string {
  return join(folder, `${name}.log`);
}

/**
 * Starts the process of a server with a clock that can be set wrong. It does not keep the present
 * process alive, and ends with it.
 */
export async function spawnServer(plan: FixedServerPlan, aheadMs: number): Promise<ChildProcess> {
  const main = fileURLToPath(new URL(`../../../cmd/${plan.program}/main.js`, import.meta.url));
  // setpriv comes last: a change of namespaces and credentials would take its effect away
  const command = [...plan.prefix, ...(await deathSignal()), process.execPath];
  const args = ['--enable-source-maps', '--import', WRONG_CLOCK, main];
  const output = openSync(logPath(plan), 'a');
  try {
    const [first = process.execPath, ...rest] = [...command, ...args];
    const child = spawn(first, rest, {
      env: {
        PATH: process.env['PATH'],
        HOST: plan.host,
        PORT: String(plan.port),
        HTTP_PORT: String(plan.httpPort),
        [AHEAD_VARIABLE]: String(aheadMs),
        ...plan.env,
      },
      stdio: ['ignore', output, output, 'ipc'],
    });
    killWithProcess(child);
    await once(child, 'spawn');
    child.unref();
    child.channel?.unref();
    return child;
  } finally {
    closeSync(output);
  }
}
