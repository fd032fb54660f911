import { parseArgs } from 'node:util';
import { DEFAULT_CASSANDRA_VERSION } from './cassandra-jars.js';
import type { StartCassandraOptions } from './cluster-plan.js';

/** What `--help` prints. */
export const USAGE = `Runs a real Cassandra on this machine until Ctrl-C.

npm run cassandra -- [options]
  --nodes 1|3      one node on 127.0.0.1 (default), or three on 127.0.0.1 to 127.0.0.3
  --version V      version of org.apache.cassandra:cassandra-all (default ${DEFAULT_CASSANDRA_VERSION})
  --data DIR       keep the data in DIR (default: a temporary folder, deleted at the end)
  --port N         CQL port (default 9042)
  --commitlog M    periodic (default), batch or group
  --help           this text`;

/**
 * What the arguments of `npm run cassandra` ask for; undefined for `--help`. Throws naming the
 * argument that is wrong.
 */
export function parseArguments(args: readonly string[]): StartCassandraOptions | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ nodes: text, version: text, data: text, port: text, commitlog: text },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const { version, data: dataDir, nodes = '1', commitlog = 'periodic', port = '9042' } = values;
  return {
    nodes: oneOf('--nodes', nodes, ['1', '3']) === '3' ? 3 : 1,
    nativePort: portNumber('--port', port),
    commitlogSync: oneOf('--commitlog', commitlog, ['periodic', 'batch', 'group']),
    ...(version === undefined ? {} : { version }),
    ...(dataDir === undefined ? {} : { dataDir }),
  };
}

function portNumber(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error(`${name}: a number from 1 to 65535`);
}

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${name}: one of ${allowed.join(', ')}`);
  return found;
}
