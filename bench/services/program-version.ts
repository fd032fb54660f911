import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a program says of itself: '17.5'. */
export async function programVersion(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ['--version']);
  return /\d+(?:\.\d+)+/u.exec(stdout)?.[0] ?? stdout.trim();
}

/** The same of the program that a process runs. */
export function processVersion(pid: number): Promise<string> {
  return programVersion(`/proc/${String(pid)}/exe`);
}
