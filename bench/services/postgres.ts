import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { SubjectUnavailable } from '../model/subject.js';
import { freePort } from './free-port.js';
import type { Service } from './service.js';
import { requireSetpriv } from './setpriv.js';

/** A PostgreSQL server of the run's own. */
export interface PostgresService extends Service {
  /** Makes an empty database, in place of an old one of that name; gives its URL. */
  createDatabase(name: string): Promise<string>;
  /** Drops it where there is one; what it has left to be written is written then. */
  dropDatabase(name: string): Promise<void>;
}

const INSTALLED = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const run = promisify(execFile);

/** What the manual advises for such a machine. Each commit is flushed before its answer. */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_wal_size: '4GB',
  shared_buffers: '512MB',
  effective_cache_size: '4GB',
  random_page_cost: '1.1',
  max_connections: '200',
  jit: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  log_min_messages: 'fatal',
};

/**
 * Starts PostgreSQL on a free loopback port, with its data in the folder. Rejects
 * SubjectUnavailable when it cannot.
 */
export async function startPostgres(folder: string): Promise<PostgresService> {
  const bin = await newestBin();
  await requireSetpriv();
  const data = join(folder, 'postgres');
  await mkdir(data, { recursive: true });
  const prefix = await asUnprivileged(folder, data);
  await initialise(prefix, bin, data);
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port: String(port) });
  const server = await spawnServer([...prefix, `${bin}/postgres`, '-D', data], folder, settings);
  const url = (database: string): string =>
    `postgres://postgres@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`;
  const ask = (text: string): Promise<void> => query(url('postgres'), text);
  const dropDatabase = (name: string): Promise<void> =>
    ask(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
  const service = {
    pid: server.pid ?? 0,
    createDatabase: async (name: string): Promise<string> => {
      await dropDatabase(name);
      await ask(`CREATE DATABASE ${escapeIdentifier(name)}`);
      // the next one comes by itself 5 min after this one
      await ask('CHECKPOINT');
      return url(name);
    },
    dropDatabase,
    stop: () => stop(server),
  };
  try {
    await untilReady(server, url('postgres'));
  } catch (error) {
    await service.stop();
    const log = await readFile(join(folder, 'postgres.log'), 'utf8').catch(() => '');
    const why = `PostgreSQL did not start: ${lastLine(log)}`;
    throw new SubjectUnavailable(why, { cause: error });
  }
  return service;
}

async function newestBin(): Promise<string> {
  const versions = await readdir(INSTALLED).catch(() => []);
  const newest = versions
    .map(Number)
    .filter((version) => existsSync(`${INSTALLED}/${String(version)}/bin/postgres`))
    .sort((left, right) => right - left)[0];
  if (newest === undefined) {
    throw new SubjectUnavailable('PostgreSQL is missing: apt-get install -y postgresql');
  }
  return `${INSTALLED}/${String(newest)}/bin`;
}

/**
 * The beginning of a command line under which PostgreSQL ends with this process. For root it also
 * changes to the user postgres, since the server refuses to run as root; that user must be able to
 * go through the folder of the run and the one around it, which is where `mkdtemp` lets nobody in.
 */
async function asUnprivileged(folder: string, data: string): Promise<readonly string[]> {
  const prefix = ['setpriv', '--pdeathsig', 'INT'];
  if (process.getuid?.() !== 0) return prefix;
  const user = (await readFile('/etc/passwd', 'utf8')).match(/^postgres:[^:]*:(\d+):(\d+):/m);
  if (!user) {
    throw new SubjectUnavailable('Root cannot run PostgreSQL, and there is no user postgres.');
  }
  await run('chown', [`${user[1] ?? ''}:${user[2] ?? ''}`, data]);
  prefix.push('--reuid', 'postgres', '--regid', 'postgres', '--init-groups');
  for (const path of [folder, dirname(folder)]) await chmod(path, (await stat(path)).mode | 0o011);
  await run('setpriv', [...prefix.slice(1), 'test', '-w', data]).catch(() => {
    throw new SubjectUnavailable(`The user postgres cannot get at ${data}.`);
  });
  return prefix;
}

async function initialise(prefix: readonly string[], bin: string, data: string): Promise<void> {
  const [command = '', ...rest] = prefix;
  const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale', 'C'];
  const initdb = run(command, [...rest, `${bin}/initdb`, ...options], { cwd: data });
  await initdb.catch((error: unknown) => {
    const why = `PostgreSQL's initdb failed: ${lastLine(String(error))}`;
    throw new SubjectUnavailable(why, { cause: error });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

async function spawnServer(
  command: readonly string[],
  folder: string,
  settings: readonly (readonly [string, string])[],
): Promise<ChildProcess> {
  const [program = '', ...rest] = command;
  const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(join(folder, 'postgres.log'), 'w');
  const server = spawn(program, [...rest, ...options], {
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
  });
  server.on('error', () => undefined);
  await log.close();
  return server;
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  for (const until = performance.now() + START_TIMEOUT_MS; ; await sleep(50)) {
    try {
      return await query(url, 'SELECT 1');
    } catch (error) {
      if (ended(server) || performance.now() > until) throw error;
    }
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const ended = (server: ChildProcess): boolean =>
  server.exitCode !== null || server.signalCode !== null || server.pid === undefined;

/** SIGINT disconnects all clients; SIGQUIT is for a server that does not end by that. */
async function stop(server: ChildProcess): Promise<void> {
  if (ended(server)) return;
  const end = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  const hurry = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await end;
  clearTimeout(hurry);
}
