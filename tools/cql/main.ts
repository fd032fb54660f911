import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connectCql, targetFromEnv } from './cql-connection.js';
import { CqlStatementError, causeText, consistencyOf, runStatements } from './cql-run.js';
import { splitStatements } from './cql-statements.js';

const USAGE = `Runs CQL statements on Cassandra; no cqlsh needed.

npm run cql -- "SELECT * FROM eventstore.events LIMIT 10"
npm run cql -- -f file.cql
  -f, --file FILE    run the statements of a file, in order, up to the first that fails
  --consistency C    ONE (default), QUORUM, LOCAL_QUORUM, ALL, SERIAL, ...
  --json             print one JSON object a row instead of tables
  --help             this text
Environment: CASSANDRA_HOSTS (127.0.0.1:9042), CASSANDRA_DC (discovered), CASSANDRA_USERNAME,
CASSANDRA_PASSWORD(_FILE), CASSANDRA_TLS and CASSANDRA_TLS_… (docs/settings.md)`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string', short: 'f' },
      consistency: { type: 'string', default: 'ONE' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if ((values.file === undefined) === (positionals.length === 0))
    throw new Error(`a statement or --file, please\n\n${USAGE}`);
  const consistency = consistencyOf(values.consistency);
  const texts = values.file === undefined ? positionals : [await readFile(values.file, 'utf8')];
  const statements = texts.flatMap(splitStatements);
  const target = targetFromEnv();
  const client = await connectCql(target).catch((error: unknown) => {
    throw new Error(
      `cannot connect to Cassandra at ${target.contactPoints.join(',')}: ${causeText(error)}`,
    );
  });
  try {
    await runStatements(client, statements, {
      consistency,
      json: values.json,
      print: console.log,
      warn: console.error,
    });
  } finally {
    await client.shutdown();
  }
}

main().catch((error: unknown) => {
  console.error(
    error instanceof CqlStatementError ? `error: ${error.message}` : `error: ${causeText(error)}`,
  );
  process.exitCode = 1;
  // A client that failed to connect may hold a connection for ever; this only fires when something
  // still does.
  setTimeout(() => process.exit(), 1_000).unref();
});
