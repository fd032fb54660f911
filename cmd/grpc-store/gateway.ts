import type { Limits } from '../../src/core/index.js';
import { projectVersion, type Components, type StoreSettings } from '../../src/runtime/index.js';
import type { Scheduler } from '../../src/scheduler/index.js';
import type { EventStore } from '../../src/service/index.js';
import type { GrpcServer } from '../../src/transport/grpc/index.js';
import {
  cassataRoutes,
  HttpServer,
  openapiRoutes,
  openDescriptors,
  storeRoutes,
  transcoderRoutes,
} from '../../src/transport/http/index.js';
import { httpSettingsOf } from '../shared/http-settings.js';

/** The services whose methods are served over HTTP as their annotations say. */
const SERVICES = [
  'cassadra.v1.EventStoreService',
  'cassadra.v1.SchedulerService',
  'cassadra.v1.RecurringScheduleService',
  'cassadra.v1.TenantService',
];

export interface GatewayParts {
  readonly settings: StoreSettings;
  readonly components: Components;
  readonly eventStore: EventStore;
  readonly scheduler: Scheduler;
  readonly limits: Limits;
  readonly server: GrpcServer;
}

/** Everything that is served over HTTP. */
export function gatewayOf(parts: GatewayParts): HttpServer {
  const { settings, components, eventStore, scheduler, limits, server } = parts;
  const { logger, ids } = components;
  const descriptors = openDescriptors();
  const annotated = { descriptors, services: SERVICES };
  return new HttpServer({
    routes: [
      cassataRoutes({ scheduler, logger }),
      storeRoutes({ eventStore, limits, ids }),
      transcoderRoutes({ ...annotated, invoke: server.invoke, invokeStream: server.invokeStream }),
      openapiRoutes({ ...annotated, version: projectVersion() }),
    ],
    settings: httpSettingsOf(settings),
    components,
    ready: () => eventStore.health().kind === 'ready',
  });
}
