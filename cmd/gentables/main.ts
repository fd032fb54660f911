import { applySchema, type CassandraSettings } from '../../src/backends/cassandra/index.js';
import { AppError } from '../../src/core/index.js';
import {
  createLogger,
  gentablesSettings,
  parseSettings,
  runProgram,
  systemTimers,
  type Logger,
} from '../../src/runtime/index.js';
import { cassandraSettingsOf } from '../shared/cassandra-settings.js';

/** A Cassandra that is starting up takes about a minute at most. */
const TRIES = 30;
const PAUSE_MS = 2_000;

async function apply(settings: CassandraSettings, logger: Logger): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await applySchema(settings, logger);
    } catch (error) {
      const lasting = error instanceof AppError && error.code !== 'UNAVAILABLE';
      if (lasting || tries === TRIES) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      process.stdout.write(`Waiting for Cassandra: ${reason}\n`);
    }
    await systemTimers.sleep(PAUSE_MS);
  }
}

// As process 1 of a container it would not hear them otherwise. Nothing is left to finish.
process.once('SIGTERM', () => process.exit(143)).once('SIGINT', () => process.exit(130));

await runProgram(async () => {
  const settings = cassandraSettingsOf(parseSettings(gentablesSettings, process.env));
  const logger = createLogger('gentables', 'warn');
  for (const file of await apply(settings, logger)) process.stdout.write(`applied ${file}\n`);
  process.stdout.write(`The keyspace ${settings.keyspace} is ready.\n`);
});
