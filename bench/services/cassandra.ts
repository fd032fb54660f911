import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Client } from 'cassandra-driver';
import { SubjectUnavailable } from '../model/subject.js';
import { inCheckout } from '../subjects/cassadra/in-checkout.js';
import { freePort } from './free-port.js';
import { endChild } from './kill-with-process.js';
import type { Service } from './service.js';
import { withParent } from './setpriv.js';

/** One Cassandra of the run's own, on 127.0.0.1. */
export interface CassandraService extends Service {
  /** `127.0.0.1:port`. */
  readonly hosts: string;
  readonly version: string;
}

/** It ends its JVM only when it is told to end: SIGKILL would leave that. */
const WITH_PARENT = withParent('INT');
const PROGRAM = inCheckout('dist/tools/cassandra/main.js');
const READY = /CASSANDRA_HOSTS=127\.0\.0\.1:\d+/u;
/** A first start also downloads Cassandra. */
const START_TIMEOUT_MS = 600_000;
/** It tells the nodes to end, and waits for them. */
const STOP_TIMEOUT_MS = 60_000;

/** These win over the command line: for a run of minutes the JVM is to compile all it can. */
const JAVA_OPTIONS = '-XX:TieredStopAtLevel=4 -Xms2g -Xmx2g';

/**
 * Every write is in the commit log on the disk before it is acknowledged. `batch`: each is flushed
 * at once, with those that came meanwhile. `group` would make each of the writes that a conditional
 * one consists of wait for a window first.
 */
const COMMIT_LOG = 'batch';

/** Starts one node on a free port. Resolves when it answers CQL. */
export async function startCassandra(folder: string): Promise<CassandraService> {
  if (!existsSync(PROGRAM)) throw new SubjectUnavailable('Cassadra is not built: npm run build');
  const port = String(await freePort());
  const options = ['--port', port, '--data', folder, '--commitlog', COMMIT_LOG];
  const [command = '', ...args] = [...WITH_PARENT, process.execPath, PROGRAM, ...options];
  const child = spawn(command, args, {
    env: { ...process.env, _JAVA_OPTIONS: JAVA_OPTIONS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    // one that could not be started never ends
    if (child.pid !== undefined) await endChild(child, 'SIGINT', STOP_TIMEOUT_MS);
  };
  const hosts = `127.0.0.1:${port}`;
  try {
    await untilReady(child);
    return { pid: child.pid ?? 0, hosts, version: await versionAt(hosts), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function versionAt(hosts: string): Promise<string> {
  const client = new Client({ contactPoints: [hosts], localDataCenter: 'datacenter1' });
  try {
    const { rows } = await client.execute('SELECT release_version FROM system.local');
    return String(rows[0]?.['release_version']);
  } finally {
    await client.shutdown();
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string): void => {
      clearTimeout(late);
      reject(new SubjectUnavailable(`Cassandra does not run here: ${why}`));
    };
    const late = setTimeout(() => fail('it was not ready in time'), START_TIMEOUT_MS);
    const hear = (text: string): void => {
      output += text;
      if (!READY.test(output)) return;
      clearTimeout(late);
      // nothing more of it is needed, but it must not stop for want of a reader
      for (const stream of [child.stdout, child.stderr])
        stream?.removeAllListeners('data').resume();
      resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
    child.once('error', (error) => fail(error.message));
    child.once('close', () => fail(output.trim().split('\n').slice(-3).join(' ')));
  });
}
