import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SubjectUnavailable } from '../../model/subject.js';

export interface ToolRun {
  /** What it is for, for the message: 'UmaDB is built by it'. */
  readonly why: string;
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);

/** Runs a tool to its end; gives what it printed. Rejects SubjectUnavailable when it fails. */
export async function runTool(
  command: string,
  args: readonly string[],
  { why, cwd, env }: ToolRun,
): Promise<string> {
  try {
    const { stdout } = await run(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      maxBuffer: OUTPUT_MAX_BYTES,
    });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new SubjectUnavailable(`${command} is missing: ${why}.`);
    const said = stderr?.trim().split('\n').slice(-3).join(' ') ?? String(error);
    throw new SubjectUnavailable(`${command} failed (${why}): ${said}`);
  }
}
