import { parseArguments, USAGE } from './cassandra-arguments.js';
import { startCassandra } from './index.js';

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const signalled = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        resolve(undefined);
      });
    }
  });
  const started = startCassandra({ ...options, log: console.log });
  const cluster = await Promise.race([started, signalled]);
  // A signal during start-up: our exit ends the children.
  if (cluster === undefined) return 0;
  const hosts = cluster.contactPoints.join(',');
  console.log(`\nNext, in another terminal:\n  CASSANDRA_HOSTS=${hosts} npm start`);
  console.log(`  CASSANDRA_HOSTS=${hosts} npm run cql -- "SELECT * FROM system.local"`);
  console.log('Ctrl-C stops it.');
  // The cluster itself does not keep this process alive.
  const alive = setInterval(() => {}, 60_000);
  const death = await Promise.race([cluster.died, signalled]);
  clearInterval(alive);
  console.log(death ?? 'stopping');
  await cluster.stop();
  return death === undefined ? 0 : 1;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
