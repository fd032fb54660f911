import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { CassandraUnavailableError } from './cassandra-unavailable-error.js';
import { runMaven } from './run-maven.js';

const NAME = 'byteman-4.0.26.jar';
const ARTIFACT = 'org.jboss.byteman:byteman:4.0.26';
const SHA256 = '50229f0bedd69330aa3889ce73a3c317f55b467c43111aaac2059fb805a4c1fc';

/**
 * The jar of Byteman, an agent that puts rules into the methods of a JVM (LGPL; for tests only). It
 * is fetched by Maven once and kept beside Cassandra's. Rejects with {@link
 * CassandraUnavailableError} when it cannot be had.
 */
export async function bytemanJar(): Promise<string> {
  const root = join(cacheDir(), 'byteman');
  const path = join(root, NAME);
  if (existsSync(path)) return path;
  await mkdir(root, { recursive: true });
  const work = await mkdtemp(join(root, '.fetching-'));
  try {
    const args = ['dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${work}`];
    await runMaven(args, { what: 'Byteman', folder: work });
    const fetched = join(work, NAME);
    const sum = createHash('sha256')
      .update(await readFile(fetched))
      .digest('hex');
    if (sum !== SHA256) throw new CassandraUnavailableError(`${NAME} has the checksum ${sum}`);
    await rename(fetched, path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path;
}
