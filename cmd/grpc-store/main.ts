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
import { GrpcServer, schedulerService, storegrpcService } from '../../src/transport/grpc/index.js';
import { grpcSettingsOf } from '../shared/grpc-settings.js';
import { placeOf } from '../shared/place.js';
import { storagePart } from '../shared/storage-part.js';
import { firingParts, schedulerOf } from '../shared/timed-events.js';
import { banner } from './banner.js';
import { gatewayOf } from './gateway.js';
import { limitsOf, queueLimitsOf } from './limits.js';

await runProgram(async () => {
  const settings = parseSettings(storeSettings, process.env);
  const components = systemComponents(createLogger('grpc-store', settings.LOG_LEVEL));
  const { logger } = components;
  const lifecycle = new Lifecycle(logger);
  const opener = storagePart(settings, components, lifecycle);
  const limits = limitsOf(settings);
  const queueLimits = queueLimitsOf(settings);
  const eventStore = createEventStore({ backend: opener.current, limits, queueLimits, components });
  const scheduler = schedulerOf(settings, opener.current, components);
  const firing = settings.SCHEDULER_POLLER ? firingParts(settings, opener.current, components) : [];
  const server = new GrpcServer({
    services: [storegrpcService(eventStore, limits), schedulerService(scheduler)],
    settings: grpcSettingsOf(settings),
    components,
    ready: () => eventStore.health().kind === 'ready',
    drain: (graceMs) => eventStore.drain(graceMs),
  });
  const gateway = gatewayOf({ settings, components, eventStore, scheduler, limits, server });
  stopOnSignals(lifecycle, logger);
  await lifecycle.start([opener, ...firing, server, gateway]);
  const { HOST: host } = settings;
  const storage = storageOf(settings);
  const waiting = opener.current() === undefined;
  const ports = { port: server.port, httpPort: gateway.port };
  const facts = { host, ...ports, storage, place: placeOf(settings), waiting };
  process.stdout.write(banner(facts));
});
