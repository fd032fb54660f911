import { join } from 'node:path';
import { CassandraUnavailableError } from './cassandra-unavailable-error.js';
import { lastLines, runProgram } from './run-program.js';

const HINT =
  'Cassandra needs Java 11 or 17 (Debian/Ubuntu: apt install openjdk-17-jre-headless; or set JAVA_HOME)';

/**
 * The java program to run Cassandra with: the one of `JAVA_HOME`, else the first in PATH.
 * Rejects with {@link CassandraUnavailableError} when there is none or its version is not 11 to 17
 * (from 18 on the security manager, which Cassandra 4.1 and 5.0 install, is refused).
 */
export async function javaCommand(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const home = env['JAVA_HOME'];
  const command = home ? join(home, 'bin', 'java') : 'java';
  const result = await runProgram(command, ['-version']);
  if (result === undefined)
    throw new CassandraUnavailableError(`${command} was not found: ${HINT}`);
  if (result.exitCode !== 0) {
    throw new CassandraUnavailableError(
      `"${command} -version" failed: ${lastLines(result.output, 3)}. ${HINT}`,
    );
  }
  const major = javaMajor(result.output);
  if (major === undefined || major < 11 || major > 17) {
    throw new CassandraUnavailableError(
      `${command} is Java ${major ?? 'of unknown version'}: ${HINT}`,
    );
  }
  return command;
}

/**
 * The major number in the output of `java -version` ("17.0.15" is 17, "1.8.0_392" is 8); undefined
 * when there is none.
 */
export function javaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
