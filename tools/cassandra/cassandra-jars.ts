import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache-dir.js';
import { CassandraUnavailableError } from './cassandra-unavailable-error.js';
import { withFileLock } from './file-lock.js';
import { runMaven } from './run-maven.js';

/** The version that is run when none is asked for. */
export const DEFAULT_CASSANDRA_VERSION = '5.0.8';

/**
 * Folder with the jars of `org.apache.cassandra:cassandra-all` in that version and all they need,
 * fetched by Maven
 * once and then reused from `<cache>/cassandra/<version>/lib`. Several processes may ask at the
 * same time.
 * Rejects with {@link CassandraUnavailableError} when Maven is absent or cannot fetch, or the
 * version is below 4.1.
 */
export async function cassandraJars(
  version: string,
  log: (line: string) => void = () => {},
): Promise<string> {
  checkVersion(version);
  const root = join(cacheDir(), 'cassandra');
  const lib = join(root, version, 'lib');
  if (existsSync(lib)) return lib;
  await mkdir(root, { recursive: true });
  return withFileLock(join(root, `${version}.lock`), async () => {
    if (existsSync(lib)) return lib;
    log(`fetching Cassandra ${version} with Maven into ${root} (once, about 70 MB)`);
    const work = await mkdtemp(join(root, `.fetching-${version}-`));
    try {
      await fetchJars(version, work);
      await moveIntoPlace(work, join(root, version));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return lib;
  });
}

function checkVersion(version: string): void {
  const match = /^(\d+)\.(\d+)(\.\d+)?(-[a-z0-9]+)?$/.exec(version);
  if (!match)
    throw new CassandraUnavailableError(
      `"${version}" is not a Cassandra version such as ${DEFAULT_CASSANDRA_VERSION}`,
    );
  const [major, minor] = [Number(match[1]), Number(match[2])];
  // The configuration names and paxos_variant used here came with 4.1.
  if (major < 4 || (major === 4 && minor < 1)) {
    throw new CassandraUnavailableError(`Cassandra ${version} is too old: 4.1 or later`);
  }
}

async function fetchJars(version: string, folder: string): Promise<void> {
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, pomText(version));
  const args = ['-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  await runMaven([...args, `-DoutputDirectory=${join(folder, 'lib')}`], {
    what: `Cassandra ${version}`,
    folder,
  });
  await rm(pom);
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Another process was faster; its copy is as good.
    if (!existsSync(join(to, 'lib'))) throw error;
  }
}

function pomText(version: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>cassadra</groupId><artifactId>cassandra-node</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;
}
