import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { SubjectUnavailable } from '../../model/subject.js';
import { endChild, hasEnded, killWithProcess } from '../../services/kill-with-process.js';
import { withParent } from '../../services/setpriv.js';
import { inCheckout } from './in-checkout.js';

export interface ServerSettings {
  /** As in docs/settings.md. Ports are free ones of loopback when they are not given. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take until it is ready. Default 120,000. */
  readonly patienceMs?: number;
  /** What is waited for: that its storage is open, or only that it listens. Default `ready`. */
  readonly until?: 'ready' | 'listening';
}

/** One `cmd/grpc-store` in a process of its own. */
export interface ServerProcess {
  /** `127.0.0.1:port`. */
  readonly grpcAddress: string;
  /** `127.0.0.1:port`. */
  readonly httpAddress: string;
  readonly pid: number;
  /** Resolves when it has ended. With no signal given: SIGTERM, an orderly end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const PROGRAM = inCheckout('dist/bundle/grpc-store.js');
/** As `npm start` and the image have it. */
const NODE_FLAGS = ['--enable-source-maps', '--min-semi-space-size=16', '--max-semi-space-size=32'];
const READY_POLL_MS = 50;
const LISTENS = /gRPC on (127\.0\.0\.1:\d+), HTTP on http:\/\/(127\.0\.0\.1:\d+)/u;

/**
 * Starts a server, and resolves when its storage is open. Its log is shown. Rejects
 * SubjectUnavailable when the checkout is not compiled.
 */
export async function startServer(settings: ServerSettings): Promise<ServerProcess> {
  const child = spawnServer(settings);
  try {
    const untilMs = performance.now() + (settings.patienceMs ?? 120_000);
    const { grpcAddress, httpAddress } = await addressesOf(child, untilMs);
    if (settings.until !== 'listening') await untilReady(child, httpAddress, untilMs);
    const stop = (signal?: NodeJS.Signals): Promise<void> => endChild(child, signal);
    return { grpcAddress, httpAddress, pid: child.pid ?? 0, stop };
  } catch (error) {
    // one that could not be started never ends
    if (child.pid !== undefined) await endChild(child, 'SIGKILL');
    throw error;
  }
}

function spawnServer({ env }: ServerSettings): ChildProcess {
  if (!existsSync(PROGRAM)) throw new SubjectUnavailable('Cassadra is not built: npm run build');
  const quiet = { LOG_LEVEL: 'warn', NODE_ENV: 'production' };
  const loopback = { HOST: '127.0.0.1', PORT: '0', HTTP_PORT: '0' };
  const [command = '', ...args] = [...withParent('KILL'), process.execPath, ...NODE_FLAGS, PROGRAM];
  const child = spawn(command, args, {
    env: { ...withoutOurs(process.env), ...quiet, ...loopback, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return killWithProcess(child);
}

/** What the shell around has set for a store is not meant for this one. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ'];
  return Object.fromEntries(inherited.map((name) => [name, env[name]]));
}

/** From the lines that it prints when it listens. */
function addressesOf(
  child: ChildProcess,
  untilMs: number,
): Promise<{ grpcAddress: string; httpAddress: string }> {
  return new Promise((resolve, reject) => {
    const waitMs = Math.max(0, untilMs - performance.now());
    const late = setTimeout(() => reject(new Error('grpc-store did not listen in time')), waitMs);
    const fail = (why: string): void => {
      clearTimeout(late);
      reject(new Error(`grpc-store: ${why}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${String(code ?? signal)}`));
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, grpcAddress, httpAddress] = LISTENS.exec(output) ?? [];
      if (grpcAddress === undefined || httpAddress === undefined) return;
      clearTimeout(late);
      // nothing more of it is needed, but it must not stop for want of a reader
      child.stdout?.removeAllListeners('data').resume();
      resolve({ grpcAddress, httpAddress });
    });
  });
}

async function untilReady(
  child: ChildProcess,
  httpAddress: string,
  untilMs: number,
): Promise<void> {
  for (;;) {
    const missing = await missingAt(httpAddress);
    if (missing === undefined) return;
    if (hasEnded(child)) {
      const end = String(child.exitCode ?? child.signalCode);
      throw new Error(`grpc-store ended with ${end} before it was ready: ${missing}`);
    }
    if (performance.now() > untilMs) {
      throw new Error(`grpc-store did not get ready in time: ${missing}`);
    }
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
}

/** What it says of its readiness; undefined when it is ready. */
async function missingAt(httpAddress: string): Promise<string | undefined> {
  const url = `http://${httpAddress}/health/readiness`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const text = await answer.text();
    return answer.ok ? undefined : `${String(answer.status)} ${text.trim()}`;
  } catch (error) {
    return String(error);
  }
}
