import { spawn } from 'node:child_process';

/**
 * How a program ended: `exitCode` is null when a signal ended it; `output` is stdout and stderr in
 * order of arrival.
 */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end without a shell and collects what it prints.
 * Answers undefined when there is no such program; rejects when it cannot be started for another
 * reason.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  cwd?: string,
): Promise<ProgramResult | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', (exitCode) =>
      resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}

/** The last `count` lines of a text that are not blank: the part of a log that names the cause. */
export function lastLines(text: string, count: number): string {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
