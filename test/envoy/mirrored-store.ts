import type { TestContext } from 'node:test';
import { StoregrpcClient } from '../../src/client/index.js';
import { freePort } from '../../tools/cassandra/free-port.js';
import type { Envoy } from '../../tools/envoy/index.js';
import { Program, startStore } from '../e2e/program.js';
import { embeddedStorage } from '../e2e/storages.js';
import { envoyBefore } from './envoy-for-tests.js';

/** Generous: the machine may have much else to do. */
const CALL_MS = 10_000;

/** Port for a program that is to come back on it. */
export async function steadyPort(): Promise<string> {
  return String(await freePort(['127.0.0.1'], new Set()));
}

/** The sink as a process. */
export async function startSink(context: TestContext, port: string): Promise<Program> {
  const sink = new Program(context, 'grpc-sink', { PORT: port });
  await sink.waitFor(/gRPC on 127\.0\.0\.1:/);
  return sink;
}

/** The seed's demo: store, sink and Envoy as processes, and a client that calls Envoy. */
export interface MirroredStore {
  readonly envoy: Envoy;
  readonly storePort: number;
  readonly sink: Program;
  readonly sinkPort: string;
  readonly client: StoregrpcClient;
}

export async function mirroredStore(context: TestContext): Promise<MirroredStore> {
  const store = await startStore(context, await embeddedStorage.prepare(context));
  const sinkPort = await steadyPort();
  const sink = await startSink(context, sinkPort);
  const envoy = await envoyBefore(context, { stores: [store.port], sink: Number(sinkPort) });
  const client = new StoregrpcClient({ host: '127.0.0.1', port: envoy.port, timeoutMs: CALL_MS });
  context.after(() => client.close());
  await envoy.untilStat('cluster.grpc-sink.membership_healthy', (healthy) => healthy === 1);
  return { envoy, storePort: store.port, sink, sinkPort, client };
}

/** The calls in the log of the sink. */
export function loggedCalls({ output }: Program): string[] {
  return output.split('\n').filter((line) => line.includes('"msg":"call"'));
}

/** Resolves when the sink has logged so many calls. */
export async function untilLogged(sink: Program, count: number): Promise<void> {
  await sink.waitForLines(/"msg":"call"/, count);
}
