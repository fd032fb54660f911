import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const folders = new Set<string>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const DELETE_TRIES = 20;
const DELETE_PAUSE_MS = 100;
let installed = false;

/**
 * Ends this child when the present process ends, in whatever way it can notice: exit, error,
 * SIGINT, SIGTERM, SIGHUP.
 */
export function killWithProcess(child: ChildProcess): void {
  install();
  children.add(child);
  child.once('exit', () => children.delete(child));
}

/**
 * Deletes this folder when the present process ends. Call {@link keepFolder} once it has been
 * deleted.
 */
export function deleteWithProcess(folder: string): void {
  install();
  folders.add(folder);
}

/** Takes back {@link deleteWithProcess}. */
export function keepFolder(folder: string): void {
  folders.delete(folder);
}

function install(): void {
  if (installed) return;
  installed = true;
  process.on('exit', reap);
  for (const signal of SIGNALS) {
    const onSignal = (): void => {
      // Somebody else handles this signal and will stop the nodes in order; "exit" remains as the
      // net.
      if (process.listenerCount(signal) > 1) return;
      process.removeListener(signal, onSignal);
      reap();
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function reap(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) deleteNow(folder);
}

// A process that is being killed may still write for a moment. In an exit handler nothing can be
// awaited.
function deleteNow(folder: string): void {
  for (let tries = 0; tries < DELETE_TRIES && existsSync(folder); tries += 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DELETE_PAUSE_MS);
    }
  }
}
