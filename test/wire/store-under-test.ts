import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import type { CallGate } from '../../src/calls/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/index.js';
import {
  silentLogger,
  systemComponents,
  type Clock,
  type Components,
  type TlsSource,
} from '../../src/runtime/index.js';
import { createEventStore } from '../../src/service/index.js';
import type { Backend } from '../../src/storage/index.js';
import {
  eventStoreService,
  GrpcServer,
  storegrpcService,
  type GrpcSettings,
} from '../../src/transport/grpc/index.js';
import { openGate } from '../support/open-gate.js';

export const GRPC_SETTINGS: GrpcSettings = {
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 100,
  connectionsPerAddressMax: 100,
  prefaceTimeoutMs: 10_000,
  waitMaxMs: 10_000,
  answerMarginMs: 100,
  receiveBytesMax: 8 * 1_048_576,
  receiveTimeoutMs: 30_000,
  sendBytesMax: 8 * 1_048_576,
  streamsMax: 256,
  sessionMemoryMb: 256,
  connectionIdleMs: 60_000,
  connectionAgeMs: 600_000,
  connectionAgeGraceMs: 10_000,
  keepaliveMs: 60_000,
  keepaliveTimeoutMs: 20_000,
  reflection: true,
  shutdownGraceMs: 2_000,
};

/** A whole server in this process, on a free port of 127.0.0.1. */
export interface StoreUnderTest {
  readonly port: number;
  readonly address: string;
  readonly server: GrpcServer;
  stop(): Promise<void>;
}

export interface StoreOptions {
  readonly settings?: Partial<GrpcSettings>;
  readonly components?: Components;
  readonly gate?: CallGate;
  readonly limits?: Limits;
  readonly tls?: TlsSource;
}

/** Serves a backend. Undefined: one whose storage is not open yet. */
export async function serve(
  backend: () => Backend | undefined,
  {
    settings = {},
    components = testComponents(),
    limits = DEFAULT_LIMITS,
    tls,
    ...given
  }: StoreOptions = {},
): Promise<StoreUnderTest> {
  const gate = given.gate ?? openGate(components);
  const eventStore = createEventStore({
    backend,
    limits,
    queueLimits: {
      streamAppendsMax: 1_000,
      processAppendsMax: 10_000,
      processBytesMax: 64 * 1_048_576,
    },
    components,
  });
  const server = new GrpcServer({
    services: [storegrpcService(eventStore, limits), eventStoreService(eventStore, limits)],
    settings: { ...GRPC_SETTINGS, ...settings },
    components,
    gate,
    tls,
    ready: () => eventStore.health().kind === 'ready',
    drain: (graceMs) => eventStore.drain(graceMs),
  });
  await server.start();
  const { port } = server;
  return { port, address: `127.0.0.1:${port}`, server, stop: () => server.stop() };
}

/** Real components without a log, and with the given clock. */
export function testComponents(clock?: Clock): Components {
  const components = systemComponents(silentLogger);
  return clock === undefined ? components : { ...components, clock };
}

/** A backend of each kind that needs nothing installed, by name. */
export const LOCAL_BACKENDS: Readonly<Record<string, () => Promise<OpenedBackend>>> = {
  memory: async () => {
    const backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
    return { backend, remove: () => backend.close() };
  },
  embedded: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cassadra-wire-'));
    const backend = await openEmbedded(embeddedSettings(directory), testComponents());
    const remove = async (): Promise<void> => {
      await backend.close();
      await rm(directory, { recursive: true, force: true });
    };
    return { backend, remove };
  },
};

interface OpenedBackend {
  readonly backend: Backend;
  remove(): Promise<void>;
}
