import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
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

/** A `writer.ts` that goes on until it is killed. */
export interface RunningWriter {
  readonly child: ChildProcess;
  /** Grows with each answer. */
  readonly acknowledged: readonly Acknowledged[];
  readonly lines: Interface;
  readonly errors: () => string;
  /** Resolves when it is over and all its lines have been read. */
  readonly ended: Promise<unknown>;
}

export function startWriter(args: readonly string[]): RunningWriter {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const acknowledged: Acknowledged[] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = parseAcknowledged(line);
    if (answer !== undefined) acknowledged.push(answer);
  });
  return { child, acknowledged, lines, errors: () => errors, ended: once(child, 'close') };
}

/** Runs `writer.ts`; `onAcknowledged` is told of each answer, with their number so far. */
export async function runWriter(
  args: readonly string[],
  onAcknowledged: (child: ChildProcess, count: number, answer: Acknowledged) => void = () =>
    undefined,
): Promise<WriterRun> {
  const { child, acknowledged, lines, errors, ended } = startWriter(args);
  let told = 0;
  lines.on('line', () => {
    const answer = acknowledged[told];
    if (answer !== undefined) onAcknowledged(child, (told += 1), answer);
  });
  await ended;
  return { acknowledged, exitCode: child.exitCode, signal: child.signalCode, errors: errors() };
}
