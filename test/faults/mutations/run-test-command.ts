import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ProjectCopy } from './mutated-copy.js';
import type { TestCommand } from './mutation.js';

const TIMEOUT_MS = 600_000;

/** How a test command ended. */
export interface TestRun {
  readonly end: 'passed' | 'failed' | 'timed-out';
  /** Tests that passed; none: the command has tested nothing. */
  readonly passed: number;
  readonly output: string;
  readonly seconds: number;
}

/** Runs tests of a copy of the project. */
export async function runTestCommand(copy: ProjectCopy, command: TestCommand): Promise<TestRun> {
  const begunMs = performance.now();
  const file = join(copy.root, 'dist', command.file.replace(/\.ts$/, '.js'));
  const only = command.only === undefined ? [] : [`--test-name-pattern=${escaped(command.only)}`];
  const options = ['--test', '--test-force-exit', '--test-reporter=tap', ...only];
  const child = spawn(process.execPath, [...options, file], {
    cwd: copy.root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // with a group of its own all that it has started can be ended
    detached: true,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  let timedOut = false;
  const late = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, TIMEOUT_MS);
  await once(child, 'close').finally(() => clearTimeout(late));
  const seconds = (performance.now() - begunMs) / 1_000;
  const passed = Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? 0);
  const how = child.exitCode === 0 ? 'passed' : 'failed';
  return { end: timedOut ? 'timed-out' : how, passed, output, seconds };
}

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  // this may run within a test, whose runner must not take the other for its own
  delete env['NODE_TEST_CONTEXT'];
  for (const asked of ['CASSADRA_TEST_SEED', 'CASSADRA_TEST_LONG']) delete env[asked];
  return env;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
