import {
  createLogger,
  Lifecycle,
  parseSettings,
  runProgram,
  stopOnSignals,
  storageOf,
  storeSettings,
  systemComponents,
} from '../../src/runtime/index.js';
import { createEventStore } from '../../src/service/index.js';
import { GrpcServer, storegrpcService } from '../../src/transport/grpc/index.js';
import { grpcSettingsOf } from '../shared/grpc-settings.js';
import { BackendOpener } from './backend-opener.js';
import { banner } from './banner.js';
import { limitsOf, queueLimitsOf } from './limits.js';
import { openBackend } from './open-backend.js';
import { placeOf } from './place.js';

await runProgram(async () => {
  const settings = parseSettings(storeSettings, process.env);
  const components = systemComponents(createLogger('grpc-store', settings.LOG_LEVEL));
  const { logger } = components;
  const lifecycle = new Lifecycle(logger);
  const opener = new BackendOpener({
    open: () => openBackend(settings, components),
    components,
    remote: storageOf(settings) === 'cassandra',
    onFailure: (error) => {
      logger.error({ err: error }, 'the storage cannot be opened: stopping');
      void lifecycle.stop().then(() => process.exit(1));
    },
  });
  const limits = limitsOf(settings);
  const queueLimits = queueLimitsOf(settings);
  const eventStore = createEventStore({ backend: opener.current, limits, queueLimits, components });
  const server = new GrpcServer({
    services: [storegrpcService(eventStore, limits)],
    settings: grpcSettingsOf(settings),
    components,
    ready: () => eventStore.health().kind === 'ready',
    drain: (graceMs) => eventStore.drain(graceMs),
  });
  stopOnSignals(lifecycle, logger);
  await lifecycle.start([opener, server]);
  const { HOST: host } = settings;
  const storage = storageOf(settings);
  const waiting = opener.current() === undefined;
  const facts = { host, port: server.port, storage, place: placeOf(settings), waiting };
  process.stdout.write(banner(facts));
});
