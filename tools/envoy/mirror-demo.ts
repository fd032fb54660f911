import { setTimeout as delay } from 'node:timers/promises';
import { isPortFree } from '../cassandra/free-port.js';
import { DemoCast } from './demo-cast.js';
import { startEnvoy, type Envoy } from './envoy.js';
import { describeSinkLine } from './sink-line.js';

const MIRRORED_WITHIN_MS = 10_000;
const POLL_MS = 50;

/** Ports on 127.0.0.1; 0: a free one. */
export interface DemoPorts {
  readonly envoy: number;
  readonly admin: number;
  readonly store: number;
  readonly sink: number;
}

export interface MirrorDemo {
  readonly ports: DemoPorts;
  readonly print: (line: string) => void;
  /** Keeps all running until this resolves. */
  readonly until?: Promise<unknown> | undefined;
}

/** What the sink has logged. */
interface Mirrored {
  count: number;
}

/**
 * The seed's demo of mirroring: store, sink, Envoy, polling client and test client as processes of
 * this machine. Answers whether every call of the test client was mirrored. Rejects when something
 * does not start, with EnvoyUnavailableError when that is Envoy.
 */
export async function runMirrorDemo({ ports, print, until }: MirrorDemo): Promise<boolean> {
  await requireFree(ports);
  const say = (who: string, line: string): void => print(`${who.padEnd(8)} | ${line}`);
  const cast = await DemoCast.gather();
  let envoy: Envoy | undefined;
  try {
    const mirrored: Mirrored = { count: 0 };
    const store = await cast.store(ports.store);
    const sink = await cast.sink(ports.sink, (line) => {
      const call = describeSinkLine(line);
      if (call === undefined) return;
      mirrored.count += 1;
      say('sink', call);
    });
    const around = { port: ports.envoy, adminPort: ports.admin, log: print };
    envoy = await startEnvoy({ ...around, stores: [store], sink });
    await bothHealthy(envoy);
    print(`Envoy on 127.0.0.1:${envoy.port} calls the store on ${store}, mirrored to ${sink}.`);
    print(`Its admin pages: http://127.0.0.1:${envoy.adminPort}\n`);
    // asks the store itself, so that the log of the sink shows the test client only
    await cast.pollingClient(store, (line) => {
      if (!isLog(line)) say('poller', line);
    });
    const code = await cast.testClient(envoy.port, (line) => say('client', line));
    const all = code === 0 && (await allMirrored(envoy, mirrored, print));
    if (until !== undefined) print('\nAll stays up. Ctrl-C stops it.');
    await until;
    return all;
  } finally {
    await envoy?.stop();
    await cast.dismiss();
  }
}

/** Programs print for people, and log in JSON. */
function isLog(line: string): boolean {
  return line.startsWith('{');
}

async function requireFree(ports: DemoPorts): Promise<void> {
  for (const port of Object.values<number>({ ...ports })) {
    if (port === 0 || (await isPortFree('127.0.0.1', port))) continue;
    throw new Error(`The port ${port} is taken. Other ports: npm run demo:mirror -- --free-ports`);
  }
}

/** A call that comes before the sink is found healthy is not mirrored. */
async function bothHealthy(envoy: Envoy): Promise<void> {
  for (const cluster of ['grpc-store', 'grpc-sink']) {
    await envoy.untilStat(`cluster.${cluster}.membership_healthy`, (healthy) => healthy === 1);
  }
}

async function allMirrored(
  envoy: Envoy,
  mirrored: Mirrored,
  print: (line: string) => void,
): Promise<boolean> {
  const calls = await envoy.stat('http.grpc.downstream_rq_completed');
  const expired = AbortSignal.timeout(MIRRORED_WITHIN_MS);
  // the copies may arrive after the answers
  while (mirrored.count < calls && !expired.aborted) await delay(POLL_MS);
  print(`\nThe client made ${calls} calls; the sink logged ${mirrored.count} of them.`);
  return calls > 0 && mirrored.count === calls;
}
