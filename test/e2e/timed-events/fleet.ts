import type { TestContext } from 'node:test';
import { startPoller, startStore, type Program } from '../program.js';
import type { StorageUnderTest } from '../storages.js';
import { Receiver } from './receiver.js';
import { SchedulerCalls } from './scheduler-calls.js';

/** The receivers of these tests are on this machine. */
export const LOOPBACK_ALLOWED = { CALLBACK_ALLOW_CIDRS: '127.0.0.0/8' };

export interface Fleet {
  readonly env: Readonly<Record<string, string>>;
  readonly server: Program;
  readonly httpPort: number;
  readonly calls: SchedulerCalls;
  readonly receiver: Receiver;
  readonly pollers: readonly Program[];
}

/** A server on a fresh storage and a receiver. `pollers`: 0: the server fires by itself. */
export async function startFleet(
  t: TestContext,
  storage: StorageUnderTest,
  pollers: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Fleet> {
  const receiver = await Receiver.start(t);
  const env = { ...(await storage.prepare(t)), ...LOOPBACK_ALLOWED, ...settings };
  const hosted = { SCHEDULER_POLLER: String(pollers === 0) };
  const { program: server, httpPort } = await startStore(t, { ...env, ...hosted });
  const started: Program[] = [];
  for (let count = 0; count < pollers; count += 1) started.push(await startPoller(t, env));
  const calls = new SchedulerCalls(httpPort);
  return { env, server, httpPort, calls, receiver, pollers: started };
}
