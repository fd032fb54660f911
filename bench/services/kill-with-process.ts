import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const children = new Set<ChildProcess>();
let installed = false;

/** Ends the child with SIGKILL when the present process ends in a way that it can notice. */
export function killWithProcess<Child extends ChildProcess>(child: Child): Child {
  install();
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Resolves when the child has ended; sends the signal first, and SIGKILL when that takes long. */
export async function endChild(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  patienceMs = 15_000,
): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(late);
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function install(): void {
  if (installed) return;
  installed = true;
  process.on('exit', reap);
  for (const signal of SIGNALS) {
    const onSignal = (): void => {
      // somebody else handles it, and will end the process; "exit" remains as the net
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
}
