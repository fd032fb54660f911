import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deleteWithProcess, keepFolder } from '../cassandra/child-reaper.js';
import { lastLines } from '../cassandra/run-program.js';
import { ChildProgram } from './child-program.js';
import { envoyBinary } from './envoy-binary.js';
import { envoyConfiguration } from './envoy-configuration.js';

const READY_MS = 60_000;
const POLL_MS = 50;

/** What stands around an Envoy with our configuration. */
export interface EnvoyOptions {
  /** Ports of one or two stores on this machine. */
  readonly stores: readonly number[];
  readonly sink: number;
  /** 0 (when not given): a free one. */
  readonly port?: number;
  readonly adminPort?: number;
  readonly log?: (line: string) => void;
}

interface Place {
  readonly folder: string;
  readonly program: ChildProgram;
}

/** A running Envoy. It ends with the present process at the latest. */
export class Envoy {
  /** Where calls go to, on 127.0.0.1. */
  readonly port: number;
  readonly adminPort: number;
  readonly #place: Place;

  constructor(place: Place, port: number, adminPort: number) {
    this.#place = place;
    this.port = port;
    this.adminPort = adminPort;
  }

  /** What a page of the admin port answers. Rejects on another status than 200. */
  admin(path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
    return askAdmin(`127.0.0.1:${this.adminPort}`, path, method);
  }

  /** A counter or gauge by its full name; 0 when Envoy has none of that name (yet). */
  async stat(name: string): Promise<number> {
    const text = await this.admin(`/stats?filter=^${name}$`);
    return Number(/: (\d+)$/m.exec(text)?.[1] ?? 0);
  }

  /** Resolves when the counter or gauge is as wanted. Rejects after 30 s. */
  async untilStat(name: string, wanted: (value: number) => boolean): Promise<void> {
    const expired = AbortSignal.timeout(30_000);
    for (;;) {
      const value = await this.stat(name);
      if (wanted(value)) return;
      if (expired.aborted) throw new Error(`${name} stays ${value}`);
      await delay(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    const { program, folder } = this.#place;
    await program.stop();
    await rm(folder, { recursive: true, force: true });
    keepFolder(folder);
  }
}

/**
 * Starts Envoy with envoy/envoy.yaml, on loopback; resolves when it takes calls. Rejects with
 * EnvoyUnavailableError when there is none for this machine.
 */
export async function startEnvoy(options: EnvoyOptions): Promise<Envoy> {
  const binary = await envoyBinary(options.log);
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-envoy-'));
  deleteWithProcess(folder);
  const file = join(folder, 'envoy.yaml');
  await writeFile(file, await envoyConfiguration(addressesOf(options)));
  const adminFile = join(folder, 'admin-address');
  const program = new ChildProgram({
    command: binary,
    args: [
      ...['-c', file, '--admin-address-path', adminFile],
      // two of them may run beside each other; two threads are enough for tests and demo
      ...['--disable-hot-restart', '--concurrency', '2', '--log-level', 'warn'],
    ],
  });
  try {
    const admin = await untilReady(program, adminFile);
    const listeners = await askAdmin(admin, '/listeners', 'GET');
    const port = Number(/^grpc::[\d.]+:(\d+)$/m.exec(listeners)?.[1]);
    return new Envoy({ folder, program }, port, Number(admin.split(':')[1]));
  } catch (error) {
    await program.stop('SIGKILL').catch(() => undefined);
    throw error;
  }
}

function addressesOf({ stores, sink, port = 0, adminPort = 0 }: EnvoyOptions): Map<string, string> {
  const names = ['grpc-store:8080', 'grpc-store-2:8080'];
  const addresses = new Map([
    ['127.0.0.1:9901', `127.0.0.1:${adminPort}`],
    ['0.0.0.0:8080', `127.0.0.1:${port}`],
    ['grpc-sink:8080', `127.0.0.1:${sink}`],
  ]);
  for (const [index, store] of stores.entries()) {
    addresses.set(names[index] ?? `store ${index + 1}`, `127.0.0.1:${store}`);
  }
  return addresses;
}

/** The address of the admin port, once Envoy takes calls. */
async function untilReady(program: ChildProgram, adminFile: string): Promise<string> {
  const expired = AbortSignal.timeout(READY_MS);
  for (;;) {
    const admin = await readFile(adminFile, 'utf8').catch(() => '');
    if (admin !== '' && (await isReady(admin))) return admin;
    if (program.ended || expired.aborted) {
      throw new Error(`Envoy did not start:\n${lastLines(program.output, 10)}`);
    }
    await delay(POLL_MS);
  }
}

function isReady(admin: string): Promise<boolean> {
  return askAdmin(admin, '/ready', 'GET').then(
    () => true,
    () => false,
  );
}

async function askAdmin(admin: string, path: string, method: string): Promise<string> {
  const response = await fetch(`http://${admin}${path}`, { method });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text;
}
