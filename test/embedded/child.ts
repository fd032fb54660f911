import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseAcknowledged, type Acknowledged } from './workload.js';

/** Path of the program `writer.ts`. */
export const WRITER = fileURLToPath(new URL('./writer.js', import.meta.url));

export interface WriterRun {
  readonly acknowledged: readonly Acknowledged[];
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Runs `writer.ts`; `onAcknowledged` sees each answer, with their number so far, too. */
export async function runWriter(
  args: readonly string[],
  onAcknowledged: (child: ChildProcess, count: number, answer: Acknowledged) => void = () =>
    undefined,
): Promise<WriterRun> {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const acknowledged: Acknowledged[] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = parseAcknowledged(line);
    if (answer === undefined) return;
    acknowledged.push(answer);
    onAcknowledged(child, acknowledged.length, answer);
  });
  await once(child, 'close');
  return { acknowledged, exitCode: child.exitCode, signal: child.signalCode, errors };
}
