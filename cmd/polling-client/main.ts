import {
  StoregrpcClient,
  FileSavetimeCheckpoints,
  StoregrpcPollingClient,
} from '../../src/client/index.js';
import type { StoregrpcEvent } from '../../src/client/index.js';
import { storeSecurity } from '../shared/store-security.js';
import {
  createLogger,
  Lifecycle,
  parseSettings,
  pollingClientSettings,
  runProgram,
  stopOnSignals,
} from '../../src/runtime/index.js';

function describe({ type, id, savetimeMs, payload }: StoregrpcEvent): string {
  return `${new Date(savetimeMs).toISOString()} type ${type} ${id} ${payload}\n`;
}

await runProgram(async () => {
  const settings = parseSettings(pollingClientSettings, process.env);
  const logger = createLogger('polling-client', settings.LOG_LEVEL);
  const { STORE_HOST: host, STORE_PORT: port, CHECKPOINT_FILE: path } = settings;
  const timeoutMs = settings.CALL_TIMEOUT_MS;
  const client = new StoregrpcClient({ host, port, timeoutMs, ...storeSecurity(settings) });
  const poller = new StoregrpcPollingClient({
    client,
    types: settings.EVENT_TYPES,
    handler: (event) => {
      process.stdout.write(describe(event));
    },
    ...(path === undefined ? {} : { checkpoints: new FileSavetimeCheckpoints(path) }),
    onFailure: ({ error, type, step, retryInMs }) => {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ type, step, reason, retryInMs }, 'a step failed and is tried again');
    },
    batchSize: settings.BATCH_SIZE,
    intervalMs: settings.POLL_INTERVAL_MS,
    backoffMaxMs: settings.POLL_BACKOFF_MAX_MS,
  });
  const lifecycle = new Lifecycle(logger);
  stopOnSignals(lifecycle, logger);
  const connection = { name: 'connection', start: () => undefined, stop: () => client.close() };
  const reader = { name: 'reader', start: () => poller.start(), stop: () => poller.stop() };
  await lifecycle.start([connection, reader]);
  const from = path === undefined ? 'one second ago' : `the checkpoint ${path}`;
  const types = settings.EVENT_TYPES.join(', ');
  process.stdout.write(`Polling ${host}:${port} for types ${types}, from ${from}\n`);
});
