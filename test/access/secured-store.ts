import type { Authenticator } from '../../src/access/index.js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { createCallGate, DEFAULT_CALL_GATE_SETTINGS } from '../../src/calls/index.js';
import { DEFAULT_LIMITS } from '../../src/core/index.js';
import {
  silentLogger,
  systemComponents,
  type Components,
  type LogFields,
  type TlsSource,
} from '../../src/runtime/index.js';
import { createEventStore } from '../../src/service/index.js';
import {
  eventStoreService,
  GrpcServer,
  recurringScheduleService,
  schedulerService,
  storegrpcService,
  tenantService,
} from '../../src/transport/grpc/index.js';
import {
  cassataRoutes,
  HttpServer,
  openapiRoutes,
  openDescriptors,
  storeRoutes,
  transcoderRoutes,
} from '../../src/transport/http/index.js';
import { HTTP_SETTINGS } from '../http/http-under-test.js';
import { useCasesOn } from '../wire/scheduler-use-cases.js';
import { GRPC_SETTINGS } from '../wire/store-under-test.js';

export const DESCRIPTORS = openDescriptors();
export const V1_SERVICES = [
  'cassadra.v1.EventStoreService',
  'cassadra.v1.SchedulerService',
  'cassadra.v1.RecurringScheduleService',
  'cassadra.v1.TenantService',
];

/** All that a server serves, on both wires, on the memory backend. Nothing fires. */
export interface SecuredStore {
  readonly address: string;
  readonly grpc: GrpcServer;
  readonly http: HttpServer;
  /** What is in the log, with its texts. */
  readonly lines: readonly (LogFields & { readonly text: string })[];
  readonly stop: () => Promise<void>;
}

/** `authenticator`: of the real components, which log into `lines`. */
export async function secured(
  authenticator: (components: Components) => Promise<Authenticator>,
  tls?: TlsSource,
): Promise<SecuredStore> {
  const lines: (LogFields & { readonly text: string })[] = [];
  const log = (fields: LogFields, text: string): unknown => lines.push({ ...fields, text });
  const components = systemComponents({ ...silentLogger, info: log, warn: log, error: log });
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const limits = DEFAULT_LIMITS;
  const eventStore = createEventStore({
    backend: () => backend,
    limits,
    queueLimits: { streamAppendsMax: 100, processAppendsMax: 100, processBytesMax: 67_108_864 },
    components,
  });
  const opened = await useCasesOn(backend, components);
  const { scheduler, sweeps, schedules } = opened.useCases;
  const gate = createCallGate({
    settings: DEFAULT_CALL_GATE_SETTINGS,
    components,
    authenticator: await authenticator(components),
  });
  const common = { components, gate, tls, ready: () => true };
  const grpc = new GrpcServer({
    ...common,
    services: [
      storegrpcService(eventStore, limits),
      eventStoreService(eventStore, limits),
      schedulerService(scheduler, sweeps),
      recurringScheduleService(schedules),
      tenantService(opened.useCases),
    ],
    settings: { ...GRPC_SETTINGS, shutdownGraceMs: 100 },
    drain: () => Promise.resolve(),
  });
  const served = { descriptors: DESCRIPTORS, services: V1_SERVICES };
  const http = new HttpServer({
    ...common,
    routes: [
      cassataRoutes({ scheduler, logger: components.logger }),
      storeRoutes({ eventStore, limits, ids: components.ids }),
      transcoderRoutes({ ...served, invoke: grpc.invoke, invokeStream: grpc.invokeStream }),
      openapiRoutes({ ...served, descriptors: openDescriptors, version: '1.2.3' }),
    ],
    settings: { ...HTTP_SETTINGS, shutdownGraceMs: 100 },
  });
  await grpc.start();
  await http.start();
  const stop = async (): Promise<void> => {
    await http.stop();
    await grpc.stop();
    await opened.close();
    await backend.close();
  };
  return { address: `127.0.0.1:${grpc.port}`, grpc, http, lines, stop };
}
