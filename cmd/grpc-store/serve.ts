import {
  Lifecycle,
  openTls,
  parseSettings,
  stopOnSignals,
  storageOf,
  storeSettings,
} from '../../src/runtime/index.js';
import {
  eventStoreService,
  GrpcServer,
  recurringScheduleService,
  schedulerService,
  storegrpcService,
  tenantService,
} from '../../src/transport/grpc/index.js';
import { accessPart } from '../shared/access.js';
import { callGateOf } from '../shared/call-gate.js';
import { eventStoreOf } from '../shared/event-store.js';
import { grpcSettingsOf } from '../shared/grpc-settings.js';
import { healthServers } from '../shared/health-server.js';
import { limitsOf, subscriptionLimitsOf } from '../shared/limits.js';
import { showReadiness } from '../shared/metrics.js';
import { observedComponents } from '../shared/observed-components.js';
import { placeOf } from '../shared/place.js';
import { storagePart } from '../shared/storage-part.js';
import { firingParts, schedulingOf } from '../shared/timed-events.js';
import { banner } from './banner.js';
import { gatewayOf } from './gateway.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts the server and says where it listens; signals stop it. Throws SettingsError. */
export async function serve(env: Environment): Promise<void> {
  const settings = parseSettings(storeSettings, env);
  const { components, counted, traces } = await observedComponents('grpc-store', settings);
  const { logger } = components;
  const tls = await openTls(settings, components);
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
  const access = accessPart(settings, components);
  const gate = callGateOf(settings, components, access);
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
    gate,
    tls,
    ready: () => eventStore.health().kind === 'ready',
    drain: (graceMs) => eventStore.drain(graceMs),
  });
  const routes = counted.routes(gate);
  const authentication = access !== undefined;
  const parts = {
    settings,
    components,
    gate,
    tls,
    authentication,
    eventStore,
    scheduler,
    limits,
    server,
  };
  const gateway = gatewayOf({ ...parts, operatorRoutes: routes });
  const ready = (): boolean => eventStore.health().kind === 'ready';
  showReadiness(counted.metrics, ready);
  const health = healthServers(settings, { components, gate, ready, routes });
  stopOnSignals(lifecycle, logger);
  const guards = [tls, access].filter((part) => part !== undefined);
  const served = [server, gateway, ...health];
  await lifecycle.start([traces, ...guards, opener, scheduling.policies, ...firing, ...served]);
  const { HOST: host } = settings;
  const storage = storageOf(settings);
  const waiting = opener.current() === undefined;
  const ports = { port: server.port, httpPort: gateway.port };
  const secured = { tls: tls !== undefined };
  const facts = { host, ...ports, ...secured, storage, place: placeOf(settings), waiting };
  process.stdout.write(banner(facts));
}
