import type { TestContext } from 'node:test';
import { connect, type Cassadra } from '../../src/client/index.js';
import { npmStart } from '../e2e/npm-start.js';
import { startStore, type Program } from '../e2e/program.js';
import type { StorageUnderTest } from '../e2e/storages.js';
import { LOOPBACK_ALLOWED } from '../e2e/timed-events/fleet.js';
import { ConsolePage } from './console-page.js';

export interface OpenedConsole {
  readonly console: ConsolePage;
  readonly store: Cassadra;
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly httpPort: number;
}

/** A server as `npm start` runs it, a client of it, and a tab with its console. */
export async function openConsole(
  t: TestContext,
  storage: StorageUnderTest,
  settings: Readonly<Record<string, string>> = {},
): Promise<OpenedConsole> {
  const env = { ...(await storage.prepare(t)), ...LOOPBACK_ALLOWED, ...settings };
  const { program, port, httpPort } = await startStore(t, env, npmStart());
  const store = connect({ address: `127.0.0.1:${port}` });
  t.after(() => store.close());
  return { console: await ConsolePage.open(t, httpPort), store, program, env, port, httpPort };
}
