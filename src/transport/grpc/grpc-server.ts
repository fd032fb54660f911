import { setMaxListeners } from 'node:events';
import {
  Server,
  ServerCredentials,
  type ConnectionInjector,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  ConnectionLimit,
  LASTING_CONNECTIONS_PER_SECOND,
  type CallGate,
} from '../../calls/index.js';
import { AppError } from '../../core/index.js';
import type { Components, TlsSource } from '../../runtime/index.js';
import { watchAbandonedStreams } from './abandoned-streams.js';
import { ArrivingRequests } from './arriving-requests.js';
import { requirePreface } from './client-preface.js';
import { ConnectionAges, streamGraceMs } from './connection-ages.js';
import { gateInterceptor } from './gated-call.js';
import { HealthService } from './health.js';
import type { GrpcService } from './grpc-service.js';
import { Listener, type ListenSettings } from './listener.js';
import {
  localInvoker,
  localStreamInvoker,
  type LocalInvoke,
  type LocalInvokeStream,
} from './local-invoker.js';
import { methodsByPath, streamsByPath } from './methods-by-path.js';
import { OpenCalls } from './open-calls.js';
import { Peers } from './peers.js';
import { addReflection } from './reflection.js';
import { serviceDefinition, type MethodKind } from './service-definition.js';
import { streaming, type StreamParts } from './streaming.js';
import { unary, type CallSettings } from './unary.js';

/** How often readiness is looked at. */
const HEALTH_INTERVAL_MS = 200;

/** How long answers may take to leave the sockets; streams that nobody reads are cut then. */
const FLUSH_MS = 1_000;

/** No new call for so long: callers have noticed that the server stops. */
const QUIET_MS = 100;
const QUIET_MAX_MS = 1_000;

export interface GrpcSettings extends ListenSettings, CallSettings {
  /** Of one address. */
  readonly connectionsPerAddressMax: number;
  /** How long a connection may take to begin. */
  readonly prefaceTimeoutMs: number;
  readonly receiveBytesMax: number;
  /** How long a request, or a message of many, may take to arrive. */
  readonly receiveTimeoutMs: number;
  readonly sendBytesMax: number;
  readonly streamsMax: number;
  readonly sessionMemoryMb: number;
  readonly connectionIdleMs: number;
  readonly connectionAgeMs: number;
  readonly connectionAgeGraceMs: number;
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly reflection: boolean;
  readonly shutdownGraceMs: number;
}

export interface GrpcServerParts {
  readonly services: readonly GrpcService[];
  readonly settings: GrpcSettings;
  readonly components: Components;
  /** What every call but those of health passes. */
  readonly gate: CallGate;
  /** Undefined: it speaks in the clear. */
  readonly tls?: TlsSource | undefined;
  /** Whether calls can be served now. */
  readonly ready: () => boolean;
  /** Finishes what was accepted, within the time. */
  readonly drain: (graceMs: number) => Promise<void>;
}

/** A gRPC server: its services, health and reflection, with limits on everything that can grow. */
export class GrpcServer {
  readonly name = 'grpc server';
  /** Calls a method of the services from inside this process. */
  readonly invoke: LocalInvoke;
  /** The same for methods that stream. */
  readonly invokeStream: LocalInvokeStream;
  readonly #parts: GrpcServerParts;
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #listener: Listener;
  readonly #health: HealthService;
  readonly #arriving: ArrivingRequests;
  readonly #openCalls = new OpenCalls();
  /** Ends streams, and the watching of health. */
  readonly #stopping = new AbortController();
  #port = 0;

  constructor(parts: GrpcServerParts) {
    const { services, settings, components, gate } = parts;
    const { clock, timers, logger } = components;
    const peers = new Peers();
    const connections = new ConnectionLimit(
      settings.connectionsPerAddressMax,
      clock,
      LASTING_CONNECTIONS_PER_SECOND,
    );
    this.#parts = parts;
    this.#arriving = new ArrivingRequests(settings.receiveTimeoutMs, clock);
    const waiting = waitingPaths(services);
    const gateParts = { gate, logger, peers, arriving: this.#arriving, waiting };
    this.#server = new Server({
      ...serverOptions(settings),
      interceptors: [gateInterceptor(gateParts)],
    });
    this.#health = new HealthService(services.map((service) => service.name));
    const stopping = this.#stopping.signal;
    // each open stream is one
    setMaxListeners(0, stopping);
    const ages = new ConnectionAges(settings.connectionAgeMs, timers);
    const ends = (connection: string): AbortSignal[] => [stopping, ...ages.endsOf(connection)];
    const callParts = { settings, components, openCalls: this.#openCalls, ends };
    this.invoke = localInvoker(services, callParts);
    this.invokeStream = localStreamInvoker(services, { ...callParts, stopping });
    for (const service of services) addService(this.#server, service, callParts);
    this.#health.addTo(this.#server);
    const names = services.map((service) => service.name);
    if (settings.reflection) addReflection(this.#server, names, logger);
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
    watchAbandonedStreams(this.#server, (address, session) => {
      if (connections.mayAbandon(address)) return;
      // not from within the reading of its frames: Node's nghttp2 would count wrongly and abort
      timers.after(0, () => session.destroy());
    });
    this.#listener = new Listener(settings, parts.tls, connections, (socket) => {
      ages.watch(socket);
      peers.watch(socket);
      requirePreface(socket, settings.prefaceTimeoutMs, timers);
      this.#injector.injectConnection(socket);
    });
  }

  /** The real port once the server has started. */
  get port(): number {
    return this.#port;
  }

  /** Listens. Throws when the address cannot be had. */
  async start(): Promise<void> {
    const { address, port } = await this.#listener.open();
    this.#port = port;
    const { components, tls } = this.#parts;
    components.logger.info({ address, port, tls: tls !== undefined }, 'gRPC is served');
    this.#health.set(this.#parts.ready());
    void this.#watchHealth();
    void this.#arriving.watch(components.timers, this.#stopping.signal);
  }

  /**
   * Not ready, no new connections; streams are told to go on elsewhere; what was accepted is
   * finished. Sockets close only when no more calls come: cutting one off that is under way would
   * leave its caller in doubt.
   */
  async stop(): Promise<void> {
    const { settings, components, drain } = this.#parts;
    this.#stopping.abort(new AppError('NOT_READY', 'the server is stopping: go on elsewhere'));
    this.#health.set(false);
    this.#listener.close();
    await drain(settings.shutdownGraceMs);
    await this.#within(this.#openCalls.idle(), FLUSH_MS);
    await this.#quiet();
    const closed = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    await this.#within(closed, FLUSH_MS);
    this.#server.forceShutdown();
    // without channelz grpc-js forgets its connections: one that is not read would stay for ever
    this.#listener.cut();
    components.logger.info({}, 'gRPC is closed');
  }

  /** Waits until callers have noticed, but not for ever. */
  async #quiet(): Promise<void> {
    for (let waitedMs = 0; waitedMs < QUIET_MAX_MS; waitedMs += QUIET_MS) {
      const { begun } = this.#openCalls;
      await this.#parts.components.timers.sleep(QUIET_MS);
      if (this.#openCalls.begun === begun) return;
    }
  }

  async #watchHealth(): Promise<void> {
    const { components, ready } = this.#parts;
    for (;;) {
      await components.timers.sleep(HEALTH_INTERVAL_MS, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      this.#health.set(ready());
    }
  }

  async #within(work: Promise<void>, ms: number): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, this.#parts.components.timers.sleep(ms, done.signal)]);
    done.abort();
  }
}

function addService(server: Server, service: GrpcService, parts: StreamParts): void {
  const { components } = parts;
  const kinds = new Map<string, MethodKind>();
  const implementation: UntypedServiceImplementation = {};
  for (const [path, method] of methodsByPath([service], components)) {
    kinds.set(path, 'unary');
    implementation[path] = unary(parts, method);
  }
  for (const [path, method] of streamsByPath([service], components)) {
    kinds.set(path, method.kind);
    implementation[path] = streaming(parts, method);
  }
  server.addService(serviceDefinition(kinds), implementation);
}

function waitingPaths(services: readonly GrpcService[]): ReadonlySet<string> {
  const paths = services.map(({ name, waiting = [] }) => waiting.map((one) => `/${name}/${one}`));
  return new Set(paths.flat());
}

function serverOptions(settings: GrpcSettings): Record<string, number> {
  return {
    'grpc.max_receive_message_length': settings.receiveBytesMax,
    'grpc.max_send_message_length': settings.sendBytesMax,
    'grpc.max_concurrent_streams': settings.streamsMax,
    'grpc.max_connection_idle_ms': settings.connectionIdleMs,
    'grpc.max_connection_age_ms': settings.connectionAgeMs,
    'grpc.max_connection_age_grace_ms':
      settings.connectionAgeGraceMs + streamGraceMs(settings.connectionAgeMs),
    'grpc.keepalive_time_ms': settings.keepaliveMs,
    'grpc.keepalive_timeout_ms': settings.keepaliveTimeoutMs,
    'grpc-node.max_session_memory': settings.sessionMemoryMb,
    'grpc.enable_channelz': 0,
  };
}
