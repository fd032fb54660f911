import type { TestContext } from 'node:test';
import {
  Client,
  credentials,
  Metadata,
  type ChannelCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Authenticator } from '../../src/access/index.js';
import {
  createCallGate,
  DEFAULT_CALL_GATE_SETTINGS,
  type CallGateSettings,
} from '../../src/calls/index.js';
import {
  silentLogger,
  silentMetrics,
  systemComponents,
  type LogFields,
  type Logger,
  type Metrics,
  type TlsSource,
} from '../../src/runtime/index.js';
import { GrpcServer, type GrpcService, type GrpcSettings } from '../../src/transport/grpc/index.js';
import {
  HttpServer,
  openCallOf,
  type HttpRoutes,
  type HttpSettings,
} from '../../src/transport/http/index.js';
import { HTTP_SETTINGS } from '../http/http-under-test.js';
import { GRPC_SETTINGS } from '../wire/store-under-test.js';

const READERS = { roles: ['read'] } as const;

/** What a test holds open: calls wait until it lets them go. */
export class Held {
  readonly #waiting = new Set<() => void>();
  #changed: (() => void)[] = [];

  get count(): number {
    return this.#waiting.size;
  }

  async wait(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#waiting.delete(go);
        this.#tell();
        resolve();
      };
      this.#waiting.add(go);
      this.#tell();
      signal.addEventListener('abort', go, { once: true });
    });
  }

  release(): void {
    for (const go of [...this.#waiting]) go();
  }

  async untilCount(count: number): Promise<void> {
    while (this.#waiting.size !== count) {
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const look of changed) look();
  }
}

export interface GatedOptions {
  readonly gate?: Partial<CallGateSettings>;
  readonly grpc?: Partial<GrpcSettings>;
  readonly http?: Partial<HttpSettings>;
  readonly authenticator?: Authenticator;
  readonly tls?: TlsSource;
}

export interface GatedServers {
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly held: Held;
  /** Texts and fields of all lines. */
  readonly lines: readonly (LogFields & { readonly text: string })[];
  /** `transport method code` of each call that has ended. */
  readonly ended: readonly string[];
  /** Calls that are open, as the gauge has it. */
  readonly openCalls: () => number;
  readonly client: (channel?: ChannelCredentials, serverName?: string) => GrpcCaller;
}

/** A gRPC and an HTTP server behind one gate, with methods that a test holds open. */
export async function gatedServers(
  context: TestContext,
  options: GatedOptions = {},
): Promise<GatedServers> {
  const lines: (LogFields & { readonly text: string })[] = [];
  const ended: string[] = [];
  const log = (fields: LogFields, text: string): unknown => lines.push({ ...fields, text });
  const logger: Logger = { ...silentLogger, info: log, warn: log, error: log };
  let readOpen = (): readonly { readonly value: number }[] => [];
  const metrics: Metrics = {
    ...silentMetrics,
    add: (name, labels) => {
      if (name === 'cassadra_calls_total') ended.push(Object.values(labels).join(' '));
    },
    gauge: (name, read) => {
      if (name === 'cassadra_calls_open') readOpen = read;
      return () => undefined;
    },
  };
  const components = { ...systemComponents(logger), metrics };
  const settings = { ...DEFAULT_CALL_GATE_SETTINGS, ...options.gate };
  const { authenticator, tls } = options;
  const gate = createCallGate({ settings, components, authenticator });
  const held = new Held();
  const ready = (): boolean => true;
  const common = { components, gate, ready, tls };
  const server = new GrpcServer({
    ...common,
    services: [serviceOf(held)],
    settings: { ...GRPC_SETTINGS, ...options.grpc },
    drain: async () => undefined,
  });
  const http = new HttpServer({
    ...common,
    routes: [routesOf(held)],
    settings: { ...HTTP_SETTINGS, ...options.http },
  });
  await server.start();
  await http.start();
  const callers: GrpcCaller[] = [];
  context.after(async () => {
    held.release();
    for (const caller of callers) caller.close();
    await http.stop();
    await server.stop();
  });
  const client = (channel?: ChannelCredentials, serverName?: string): GrpcCaller => {
    const caller = new GrpcCaller(server.port, channel, serverName);
    callers.push(caller);
    return caller;
  };
  const openCalls = (): number => readOpen().reduce((sum, { value }) => sum + value, 0);
  return { grpcPort: server.port, httpPort: http.port, held, lines, ended, openCalls, client };
}

function serviceOf(held: Held): GrpcService {
  const echo = async (request: Uint8Array): Promise<Uint8Array> => request;
  const hold = async (request: Uint8Array, { signal }: { signal: AbortSignal }) => {
    await held.wait(signal);
    return request;
  };
  const crash = async (): Promise<Uint8Array> => {
    throw new Error('XYZZY in the message of a fault');
  };
  return {
    name: 'test.Gated',
    methods: () => ({
      Echo: Object.assign(echo, READERS),
      Hold: Object.assign(hold, READERS),
      Crash: Object.assign(crash, READERS),
    }),
    streams: () => ({
      Follow: {
        ...READERS,
        kind: 'server',
        run: async function* (_requests, { signal }) {
          yield Buffer.alloc(1);
          await held.wait(signal);
        },
      },
      Take: {
        ...READERS,
        kind: 'bidi',
        run: async function* (requests) {
          for await (const { byteLength } of requests) yield Buffer.from(String(byteLength));
        },
      },
    }),
  };
}

function routesOf(held: Held): HttpRoutes {
  return {
    register: (app) => {
      app.post('/echo', (request, reply) => {
        const { body } = request;
        return reply.send(body instanceof Buffer ? String(body.length) : '0');
      });
      app.get('/who', (request, reply) => reply.send(openCallOf(request).caller.name));
      app.get('/crash', () => {
        throw new Error('XYZZY in the message of a fault');
      });
      app.get('/hold/:name', async (_request, reply) => {
        const over = new AbortController();
        reply.raw.once('close', () => over.abort());
        await held.wait(over.signal);
        return reply.send('held');
      });
    },
  };
}

export interface GrpcAnswer {
  /** 0 = OK. */
  readonly code: number;
  /** Of the error catalogue; '' when there is none. */
  readonly reason: string;
  readonly message: string;
  /** `x-request-id` of the initial metadata or the trailers. */
  readonly requestId: string;
}

const same = (bytes: Buffer): Buffer => bytes;

/** Calls methods of `test.Gated` over a connection of its own. */
export class GrpcCaller {
  readonly #client: Client;

  constructor(port: number, channel = credentials.createInsecure(), serverName = 'localhost') {
    this.#client = new Client(`127.0.0.1:${port}`, channel, {
      'grpc.ssl_target_name_override': serverName,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_send_message_length': -1,
    });
  }

  unary(
    method: string,
    metadata: Readonly<Record<string, string>> = {},
    { bytes = Buffer.alloc(0), signal }: { bytes?: Buffer; signal?: AbortSignal } = {},
  ): Promise<GrpcAnswer> {
    const path = method.includes('/') ? method : `/test.Gated/${method}`;
    return new Promise((resolve) => {
      let initial = new Metadata();
      const done = (error: ServiceError | null): void => resolve(answerOf(error, initial));
      const sent = metadataOf(metadata);
      const call = this.#client.makeUnaryRequest(path, same, same, bytes, sent, {}, done);
      call.on('metadata', (received: Metadata) => (initial = received));
      signal?.addEventListener('abort', () => call.cancel(), { once: true });
    });
  }

  /** Resolves at the first message, or at the end of the call. */
  follow(
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<GrpcAnswer & { cancel: () => void; ended: Promise<GrpcAnswer> }> {
    const sent = metadataOf(metadata);
    const call = this.#client.makeServerStreamRequest(
      ...(['/test.Gated/Follow', same, same, Buffer.alloc(0), sent] as const),
    );
    let initial = new Metadata();
    call.on('metadata', (received: Metadata) => (initial = received));
    const cancel = (): void => call.cancel();
    const ended = new Promise<GrpcAnswer>((resolve) => {
      call.on('end', () => resolve(answerOf(null, initial)));
      call.on('error', (error: ServiceError) => resolve(answerOf(error, initial)));
    });
    return new Promise((resolve) => {
      call.once('data', () => resolve({ ...answerOf(null, initial), cancel, ended }));
      void ended.then((answer) => resolve({ ...answer, cancel, ended }));
    });
  }

  close(): void {
    this.#client.close();
  }
}

function metadataOf(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(values)) metadata.set(name, value);
  return metadata;
}

function answerOf(error: ServiceError | null, initial: Metadata): GrpcAnswer {
  const trailers = error?.metadata ?? new Metadata();
  const details = trailers.get('grpc-status-details-bin')[0];
  const text = details instanceof Buffer ? details.toString('latin1') : '';
  const [id = ''] = [...initial.get('x-request-id'), ...trailers.get('x-request-id')];
  return {
    code: error?.code ?? 0,
    reason: /[A-Z]{3,}(?:_[A-Z]+)*(?=\x12\x08cassadra)/.exec(text)?.[0] ?? '',
    message: error?.details ?? '',
    requestId: id.toString(),
  };
}
