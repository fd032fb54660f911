import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const folders = new Set<string>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let installed = false;

/** Ends this child when the present process ends, in whatever way it can notice: exit, error, SIGINT, SIGTERM, SIGHUP. */
export function killWithProcess(child: ChildProcess): void {
  install();
  children.add(child);
  child.once('exit', () => children.delete(child));
}

/** Deletes this folder when the present process ends. Call {@link keepFolder} once it has been deleted. */
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
      // Somebody else handles this signal and will stop the nodes in order; "exit" remains as the net.
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
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // The process is ending: a temporary folder that stays is the system's to clean.
    }
  }
}
