import { join } from 'node:path';
import type { CallGate } from '../../src/calls/index.js';
import type { Limits } from '../../src/core/index.js';
import {
  projectDirectory,
  projectVersion,
  storageOf,
  type Components,
  type StoreSettings,
  type TlsSource,
} from '../../src/runtime/index.js';
import type { Scheduler } from '../../src/scheduler/index.js';
import type { EventStore } from '../../src/service/index.js';
import type { GrpcServer } from '../../src/transport/grpc/index.js';
import {
  cassataRoutes,
  consoleRoutes,
  HttpServer,
  type ConsoleParts,
  type HttpRoutes,
  lateTranscoderRoutes,
  openapiRoutes,
  openDescriptors,
  storeRoutes,
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
  readonly gate: CallGate;
  readonly tls: TlsSource | undefined;
  /** Callers must say who they are. */
  readonly authentication: boolean;
  readonly eventStore: EventStore;
  readonly scheduler: Scheduler;
  readonly limits: Limits;
  readonly server: GrpcServer;
  /** Not for users. */
  readonly operatorRoutes: readonly HttpRoutes[];
}

function consolePartsOf({ settings, authentication }: GatewayParts): ConsoleParts {
  const storage = storageOf(settings);
  return {
    folder: join(projectDirectory(), 'dist', 'console'),
    version: projectVersion(),
    storage,
    authentication,
    // Cassandra orders the events of each type
    allEvents: storage !== 'cassandra',
  };
}

/** Everything that is served over HTTP. */
export function gatewayOf(parts: GatewayParts): HttpServer {
  const { settings, components, gate, tls, eventStore, scheduler, limits, server } = parts;
  const { logger, ids } = components;
  const annotated = { descriptors: openDescriptors, services: SERVICES };
  const { invoke, invokeStream } = server;
  return new HttpServer({
    routes: [
      cassataRoutes({ scheduler, logger }),
      storeRoutes({ eventStore, limits, ids }),
      lateTranscoderRoutes({ ...annotated, below: 'v1', invoke, invokeStream }),
      openapiRoutes({ ...annotated, version: projectVersion() }),
      consoleRoutes(consolePartsOf(parts)),
      ...parts.operatorRoutes,
    ],
    settings: httpSettingsOf(settings),
    components,
    gate,
    tls,
    ready: () => eventStore.health().kind === 'ready',
  });
}
