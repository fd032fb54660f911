import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SubjectUnavailable } from '../model/subject.js';
import { cacheFolder } from './cache-folder.js';

export const GHZ_VERSION = 'v0.120.0';
const run = promisify(execFile);
let binary: Promise<string> | undefined;

/** The path of ghz; it is built by Go when it is first needed. Rejects SubjectUnavailable. */
export function ghzBinary(): Promise<string> {
  binary ??= find();
  return binary;
}

async function find(): Promise<string> {
  const folder = cacheFolder(`ghz-${GHZ_VERSION}`);
  const path = join(folder, 'ghz');
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder };
  try {
    await run('go', ['install', `github.com/bojand/ghz/cmd/ghz@${GHZ_VERSION}`], { env });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new SubjectUnavailable('the load tool ghz needs Go to be built');
    throw new SubjectUnavailable(`ghz ${GHZ_VERSION} could not be built: ${String(error)}`);
  }
  return path;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
