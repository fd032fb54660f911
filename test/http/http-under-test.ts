import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import type { CallGate } from '../../src/calls/index.js';
import { DEFAULT_LIMITS, DEFAULT_TIMED_EVENT_LIMITS } from '../../src/core/index.js';
import {
  silentLogger,
  systemComponents,
  type Components,
  type Logger,
  type Timers,
  type TlsSource,
} from '../../src/runtime/index.js';
import { createScheduler } from '../../src/scheduler/index.js';
import { createEventStore } from '../../src/service/index.js';
import type { TimedEvents } from '../../src/storage/index.js';
import {
  cassataRoutes,
  HttpServer,
  storeRoutes,
  type HttpRoutes,
  type HttpSettings,
} from '../../src/transport/http/index.js';
import { openGate } from '../support/open-gate.js';

export const HTTP_SETTINGS: HttpSettings = {
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 100,
  connectionsPerAddressMax: 100,
  headersTimeoutMs: 10_000,
  receiveTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  connectionAgeMs: 3_600_000,
  keepAliveMs: 5_000,
  urlBytesMax: 8_192,
  bodyBytesMax: 8 * 1_048_576,
  waitMaxMs: 10_000,
  shutdownGraceMs: 2_000,
};

export interface HttpOptions {
  readonly settings?: Partial<HttpSettings>;
  readonly routes?: readonly HttpRoutes[];
  readonly timers?: Timers;
  readonly logger?: Logger;
  readonly gate?: (components: Components) => CallGate;
  readonly ready?: () => boolean;
  readonly tls?: TlsSource;
}

/** A whole server on the memory backend, in this process, on a free port of 127.0.0.1. */
export interface HttpUnderTest {
  readonly port: number;
  readonly server: HttpServer;
  readonly components: Components;
  /** What the scheduler has stored. */
  readonly timedEvents: TimedEvents;
  stop(): Promise<void>;
}

export async function serveHttp(options: HttpOptions = {}): Promise<HttpUnderTest> {
  const components = systemComponents(options.logger ?? silentLogger);
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const { timedEvents } = backend;
  const eventStore = createEventStore({
    backend: () => backend,
    limits: DEFAULT_LIMITS,
    queueLimits: {
      streamAppendsMax: 1_000,
      processAppendsMax: 10_000,
      processBytesMax: 64 * 1_048_576,
    },
    components,
  });
  const scheduler = createScheduler({
    timedEvents: () => timedEvents,
    ready: () => true,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    components,
  });
  const { settings = {}, routes = [], timers = components.timers, ready = () => true } = options;
  const server = new HttpServer({
    routes: [
      cassataRoutes({ scheduler, logger: components.logger }),
      storeRoutes({ eventStore, limits: DEFAULT_LIMITS, ids: components.ids }),
      ...routes,
    ],
    settings: { ...HTTP_SETTINGS, ...settings },
    tls: options.tls,
    components: { ...components, timers },
    gate: options.gate?.(components) ?? openGate(components),
    ready,
  });
  await server.start();
  const stop = async (): Promise<void> => {
    await server.stop();
    await backend.close();
  };
  return { port: server.port, server, components, timedEvents, stop };
}
