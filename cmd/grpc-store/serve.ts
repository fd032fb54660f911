import {
  createLogger,
  Lifecycle,
  parseSettings,
  stopOnSignals,
  storageOf,
  storeSettings,
  systemComponents,
} from '../../src/runtime/index.js';
import {
  eventStoreService,
  GrpcServer,
  recurringScheduleService,
  schedulerService,
  storegrpcService,
  tenantService,
} from '../../src/transport/grpc/index.js';
import { eventStoreOf } from '../shared/event-store.js';
import { grpcSettingsOf } from '../shared/grpc-settings.js';
import { limitsOf, subscriptionLimitsOf } from '../shared/limits.js';
import { placeOf } from '../shared/place.js';
import { storagePart } from '../shared/storage-part.js';
import { firingParts, schedulingOf } from '../shared/timed-events.js';
import { banner } from './banner.js';
import { gatewayOf } from './gateway.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts the server and says where it listens; signals stop it. Throws SettingsError. */
export async function serve(env: Environment): Promise<void> {
  const settings = parseSettings(storeSettings, env);
  const components = systemComponents(createLogger('grpc-store', settings.LOG_LEVEL));
  const { logger } = components;
  const lifecycle = new Lifecycle(logger);
  const opener = storagePart(settings, components, lifecycle);
  const limits = limitsOf(settings);
  const following = subscriptionLimitsOf(settings);
  const eventStore = eventStoreOf(settings, opener.current, components, following);
  const scheduling = schedulingOf(settings, opener.current, components);
  const { scheduler } = scheduling;
  const firing = settings.SCHEDULER_POLLER
    ? firingParts(settings, scheduling, components, eventStore)
    : [];
  const server = new GrpcServer({
    services: [
      storegrpcService(eventStore, limits),
      eventStoreService(eventStore, limits),
      schedulerService(scheduler, scheduling.sweeps),
      recurringScheduleService(scheduling.schedules),
      tenantService(scheduling),
    ],
    settings: grpcSettingsOf(settings),
    components,
    ready: () => eventStore.health().kind === 'ready',
    drain: (graceMs) => eventStore.drain(graceMs),
  });
  const gateway = gatewayOf({ settings, components, eventStore, scheduler, limits, server });
  stopOnSignals(lifecycle, logger);
  await lifecycle.start([opener, scheduling.policies, ...firing, server, gateway]);
  const { HOST: host } = settings;
  const storage = storageOf(settings);
  const waiting = opener.current() === undefined;
  const ports = { port: server.port, httpPort: gateway.port };
  const facts = { host, ...ports, storage, place: placeOf(settings), waiting };
  process.stdout.write(banner(facts));
}
