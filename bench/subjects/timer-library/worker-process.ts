import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endChild, killWithProcess } from '../../services/kill-with-process.js';

/** A process in which a library's handlers are called. */
export interface WorkerProcess {
  readonly pid: number;
  /** Where it tells of arrivals. */
  readonly port: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const READY = /^ready (\d+)$/m;

/** Starts a worker program (see load/timers/report-arrivals.ts) and waits until it is ready. */
export async function startWorker(program: URL, input: object): Promise<WorkerProcess> {
  const child = killWithProcess(
    spawn(process.execPath, [fileURLToPath(program), JSON.stringify(input)], {
      env: { ...process.env, NODE_ENV: 'production' },
      // it ends when its standard input does
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const port = await readyOn(child);
  return { pid: child.pid ?? 0, port, stop: (signal) => endChild(child, signal) };
}

function readyOn(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('error', reject).once('exit', (code) => {
      reject(new Error(`a worker ended with ${String(code)} before it was ready`));
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const port = READY.exec(output)?.[1];
      if (port === undefined) return;
      child.stdout?.removeAllListeners('data').resume();
      resolve(Number(port));
    });
  });
}
