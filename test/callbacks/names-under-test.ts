import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { dnsResolve, type DnsSettings, type Resolve } from '../../src/callbacks/index.js';
import { FakeTime } from '../../src/runtime/index.js';
import {
  startNameServer,
  type NameAnswer,
  type NameServer,
  type QueryType,
} from './name-server.js';

/** c-ares gives up by itself after ten seconds; whoever waits for that fails the test. */
export const LIMIT = { timeout: 8_000 };
export const PATIENT_MS = 80_000;
export const never = new AbortController().signal;

export interface Names {
  readonly server: NameServer;
  readonly resolve: Resolve;
  /** Of the time-out of look-ups. */
  readonly time: FakeTime;
  readonly resolvConfPath: string;
  readonly settings: DnsSettings;
}

/** A resolver whose hosts file knows `near.example`. */
export async function openNames(
  t: TestContext,
  answer?: (name: string, type: QueryType) => NameAnswer | undefined,
  resolvConf = '',
): Promise<Names> {
  const folder = await mkdtemp(join(tmpdir(), 'names-'));
  t.after(() => rm(folder, { recursive: true }));
  const [hostsPath, resolvConfPath] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
  await writeFile(hostsPath, '127.0.0.1 localhost near.example near\n');
  await writeFile(resolvConfPath, resolvConf);
  const server = await startNameServer(t, answer);
  const time = new FakeTime();
  const settings: DnsSettings = {
    timers: time,
    timeoutMs: PATIENT_MS,
    servers: [server.address],
    hostsPath,
    resolvConfPath,
  };
  return { server, resolve: dnsResolve(settings), time, resolvConfPath, settings };
}
