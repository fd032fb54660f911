import { CassandraUnavailableError } from './cassandra-unavailable-error.js';
import { lastLines, runProgram } from './run-program.js';

/** What Maven is to fetch, for messages, and where it works. */
export interface MavenTask {
  readonly what: string;
  readonly folder: string;
}

/**
 * Runs Maven quietly, without questions. Rejects with {@link CassandraUnavailableError} when it is
 * absent or fails.
 */
export async function runMaven(args: readonly string[], task: MavenTask): Promise<void> {
  const [command, ...prefix] =
    process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', 'mvn'] : ['mvn'];
  const result = await runProgram(command, [...prefix, '-q', '-B', ...args], task.folder);
  if (result === undefined) {
    throw new CassandraUnavailableError(
      "mvn was not found: install Maven 3.6 or later, which fetches Cassandra's jars (Debian/Ubuntu: apt install maven)",
    );
  }
  if (result.exitCode === 0) return;
  throw new CassandraUnavailableError(
    `Maven could not fetch ${task.what}:\n${lastLines(result.output, 12)}`,
  );
}
