import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { SubjectUnavailable } from '../model/subject.js';

const SETPRIV = '/usr/bin/setpriv';

/** Servers end with this process by setpriv(1). Rejects SubjectUnavailable where there is none. */
export async function requireSetpriv(): Promise<void> {
  await promisify(execFile)('setpriv', ['--version']).catch(() => {
    throw new SubjectUnavailable('setpriv is missing: apt-get install -y util-linux');
  });
}

/**
 * Begins the command line of a server that gets the signal when this process ends, even by SIGKILL.
 * Empty where there is no setpriv(1).
 */
export function withParent(signal: 'INT' | 'KILL'): readonly string[] {
  return existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', signal] : [];
}
