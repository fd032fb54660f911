import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SubjectUnavailable } from '../../model/subject.js';
import { freePort } from '../../services/free-port.js';
import { endChild, hasEnded, killWithProcess } from '../../services/kill-with-process.js';

export interface NativeServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface NativeProgram {
  readonly path: string;
  /** What it is given so that it listens on this port of loopback. */
  readonly options: (port: number) => {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 1;

/**
 * Starts a server that is a program of its own. Resolves when it takes connections. Rejects
 * SubjectUnavailable when it does not start.
 */
export async function startNative({ path, options }: NativeProgram): Promise<NativeServer> {
  const port = await freePort();
  const { args = [], env = {} } = options(port);
  const child = killWithProcess(
    spawn(path, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'ignore'] }),
  );
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const untilMs = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    const why = failure?.message ?? whyNot(child, untilMs);
    if (why !== undefined) {
      if (failure === undefined) await endChild(child, 'SIGKILL');
      throw new SubjectUnavailable(`${path} does not start: ${why}`);
    }
    await sleep(POLL_MS);
  }
  const stop = (): Promise<void> => endChild(child);
  return { address: `127.0.0.1:${String(port)}`, pid: child.pid ?? 0, stop };
}

function whyNot(child: ChildProcess, untilMs: number): string | undefined {
  if (hasEnded(child)) return `it ended with ${String(child.exitCode ?? child.signalCode)}`;
  return performance.now() > untilMs ? 'it did not listen in time' : undefined;
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
