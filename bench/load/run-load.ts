import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadResult } from '../model/load-result.js';
import { killWithProcess } from '../services/kill-with-process.js';

/** For the start of the program, warming up, and waiting for what is late. */
const OTHER_SECONDS = 240;

/**
 * Runs a load program in a process of its own. It gets its input as JSON in its only argument and
 * prints a {@link LoadResult} as JSON on its last line. What it says on standard error is shown. It
 * is killed, and that is an error, when it takes 240 s longer than the `seconds` of its input and
 * those that it needs to prepare something (default 0).
 */
export async function runLoad(
  program: URL,
  input: object,
  preparationSeconds = 0,
): Promise<LoadResult> {
  const path = fileURLToPath(program);
  const child = killWithProcess(
    spawn(process.execPath, [path, JSON.stringify(input)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const limitSeconds = secondsOf(input) + preparationSeconds + OTHER_SECONDS;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limitSeconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  }).finally(() => clearTimeout(timer));
  if (late) throw new Error(`${path} had not ended after ${String(limitSeconds)} s`);
  const last = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0) throw new Error(`${path} ended with ${String(code)}: ${last}`);
  return JSON.parse(last) as LoadResult;
}

function secondsOf(input: object): number {
  return 'seconds' in input && typeof input.seconds === 'number' ? input.seconds : 0;
}
