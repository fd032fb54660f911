import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endChild, killWithProcess } from '../../services/kill-with-process.js';
import { inCheckout } from '../cassadra/in-checkout.js';
import type { EmptyServerInput } from './input.js';

export interface EmptyServer {
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('server.js', import.meta.url));

/** Starts the server in a process of its own. */
export async function startEmptyServer(): Promise<EmptyServer> {
  const input: EmptyServerInput = {
    protoFile: 'cassadra/v1/event_store.proto',
    // the second one has google/api
    includeDirs: [inCheckout('proto'), fileURLToPath(import.meta.resolve('protobufjs/'))],
  };
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(input)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  killWithProcess(child);
  for await (const port of createInterface({ input: child.stdout })) {
    const stop = (): Promise<void> => endChild(child);
    return { address: `127.0.0.1:${port}`, pid: child.pid ?? 0, stop };
  }
  await endChild(child, 'SIGKILL');
  throw new Error('the empty server ended before it listened');
}
