import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SubjectUnavailable } from '../model/subject.js';

/** Servers end with this process by setpriv(1). Rejects SubjectUnavailable where there is none. */
export async function requireSetpriv(): Promise<void> {
  await promisify(execFile)('setpriv', ['--version']).catch(() => {
    throw new SubjectUnavailable('setpriv is missing: apt-get install -y util-linux');
  });
}
