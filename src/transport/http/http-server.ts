import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ConnectionLimit, type CallGate } from '../../calls/index.js';
import { AppError } from '../../core/index.js';
import type { Components, TlsSource } from '../../runtime/index.js';
import { answerBrokenRequest } from './broken-request.js';
import { ConnectionAges } from './connection-ages.js';
import { isCrossSite, isNavigation } from './cross-site.js';
import { openCallSignal } from './call-signal.js';
import { answerOf, sendError, URL_TOO_LONG } from './errors.js';
import { addGate, holdBytes } from './gated-request.js';
import { healthRoutes } from './health-routes.js';
import type { HttpHost, HttpRoutes } from './http-routes.js';
import { OpenRequests } from './open-requests.js';
import { rawServers, type SocketLimits } from './raw-server.js';
import { NO_SCHEMAS } from './no-schemas.js';
import { readBody } from './request-body.js';
import { RouteTable, type Route } from './route-table.js';
import { sendJson } from './send.js';

/** How often something is written to a streamed answer; more often where sockets idle for less. */
const HEARTBEAT_MAX_MS = 15_000;

/** Requests that a connection may send before the first of them is answered. */
const PIPELINED_MAX = 16;

const CROSS_SITE = 'pages of other sites may not use this server';

/** `idleTimeoutMs` is above `waitMaxMs`. */
export interface HttpSettings extends SocketLimits {
  readonly host: string;
  /** 0 = a free one. */
  readonly port: number;
  /** Of one address. */
  readonly connectionsPerAddressMax: number;
  readonly bodyBytesMax: number;
  /** A request is answered after this at the latest, unless it asks to wait or is streamed. */
  readonly waitMaxMs: number;
  readonly shutdownGraceMs: number;
}

export interface HttpServerParts {
  readonly routes: readonly HttpRoutes[];
  readonly settings: HttpSettings;
  readonly components: Components;
  /** What every call but those of health passes. */
  readonly gate: CallGate;
  /** Undefined: it speaks in the clear. */
  readonly tls?: TlsSource | undefined;
  /** The setting that an operator changes when the port is taken (`HTTP_PORT`). */
  readonly portVariable?: string;
  /** Whether calls can be served now. */
  readonly ready: () => boolean;
}

/** An HTTP server: its routes and health, with limits on everything that can grow. */
export class HttpServer {
  readonly name = 'http server';
  readonly #parts: HttpServerParts;
  readonly #app: FastifyInstance;
  readonly #table = new RouteTable();
  /** Whose body is read. */
  readonly #open = new OpenRequests();
  readonly #unanswered = new OpenRequests();
  readonly #ages: ConnectionAges;
  readonly #stopping = new AbortController();
  #port = 0;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    this.#ages = new ConnectionAges(parts.settings.connectionAgeMs, parts.components.clock);
    // each open feed is one: as many as there are connections
    setMaxListeners(0, this.#stopping.signal);
    this.#app = this.#createApp();
    this.#table.watch(this.#app);
    this.#addHooks();
    const health = healthRoutes(() => parts.ready() && !this.#stopping.signal.aborted);
    const host = this.#host();
    for (const routes of [health, ...parts.routes]) routes.register(this.#app, host);
  }

  /** The real port once the server has started. */
  get port(): number {
    return this.#port;
  }

  get routes(): readonly Route[] {
    return this.#table.routes;
  }

  /** Listens. Throws when the address cannot be had. */
  async start(): Promise<void> {
    const { settings, components, tls, portVariable = 'HTTP_PORT' } = this.#parts;
    const { host, port } = settings;
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      const advice = taken ? ` (the port is taken: set ${portVariable} to another)` : '';
      const message = `cannot listen on ${host}:${port}: ${reason}${advice}`;
      throw new Error(message, { cause: error });
    }
    const address = this.#app.server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    const fields = { address: host, port: this.#port, tls: tls !== undefined };
    components.logger.info(fields, 'HTTP is served');
  }

  /**
   * Not ready, no new connections; what was accepted is finished, within the grace. Calls that only
   * wait for something to come are ended.
   */
  async stop(): Promise<void> {
    const { settings, components } = this.#parts;
    this.#stopping.abort();
    const done = new AbortController();
    const closed = this.#app.close().then(() => done.abort());
    await components.timers.sleep(settings.shutdownGraceMs, done.signal);
    if (!done.signal.aborted) {
      components.logger.warn({}, 'HTTP connections are cut: the grace is over');
      this.#app.server.closeAllConnections();
    }
    await closed;
    components.logger.info({}, 'HTTP is closed');
  }

  #host(): HttpHost {
    const { settings, components } = this.#parts;
    const { timers, logger } = components;
    const heartbeatMs = Math.min(HEARTBEAT_MAX_MS, settings.idleTimeoutMs / 2);
    return { timers, logger, heartbeatMs, stopping: this.#stopping.signal };
  }

  #createApp(): FastifyInstance {
    const { settings, components, tls } = this.#parts;
    const app = Fastify({
      serverFactory: rawServers(settings, tls),
      return503OnClosing: false,
      schemaController: { compilersFactory: NO_SCHEMAS },
      routerOptions: { ignoreTrailingSlash: true, maxParamLength: settings.urlBytesMax },
      frameworkErrors: (error, _request, reply) => {
        void sendError(reply, error, components.logger);
      },
      clientErrorHandler: (error, socket) =>
        answerBrokenRequest(error, socket, this.#open.countOf(socket) > 0),
    });
    this.#limitConnections(app);
    app.removeAllContentTypeParsers();
    const { bodyBytesMax: bytesMax } = settings;
    app.addContentTypeParser('*', (request: FastifyRequest, body: IncomingMessage) =>
      readBody(body, { bytesMax, hold: (bytes) => holdBytes(request, bytes) }),
    );
    app.setErrorHandler((error, _request, reply) => sendError(reply, error, components.logger));
    app.setNotFoundHandler((request, reply) => this.#answerUnknown(request, reply));
    return app;
  }

  #limitConnections({ server }: FastifyInstance): void {
    const { settings, components } = this.#parts;
    const limit = new ConnectionLimit(settings.connectionsPerAddressMax, components.clock);
    server.on('connection', (socket: Socket) => {
      if (!limit.admit(socket)) socket.destroy();
    });
  }

  #addHooks(): void {
    const { settings, components, gate } = this.#parts;
    const { waitMaxMs, idleTimeoutMs } = settings;
    const { timers } = components;
    const limits = { timers, waitMaxMs, idleTimeoutMs, stopping: this.#stopping.signal };
    this.#app.addHook('onRequest', (request, reply, done) => {
      // each holds memory, and none can be answered before those in front of it
      if (this.#unanswered.begin(request, reply) > PIPELINED_MAX) {
        request.raw.socket.destroy();
        return;
      }
      this.#ages.begin(request.raw.socket);
      reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
      openCallSignal(request, reply, limits);
      const isVisit = request.routeOptions.config.page === true && isNavigation(request.headers);
      if (!isVisit && isCrossSite(request.headers)) {
        void sendError(reply, new AppError('FORBIDDEN', CROSS_SITE), components.logger);
      } else if (request.url.length > settings.urlBytesMax) {
        void sendJson(reply, URL_TOO_LONG.status, URL_TOO_LONG.body);
      } else {
        done();
      }
    });
    addGate(this.#app, gate);
    this.#app.addHook('preHandler', (request, reply, done) => {
      this.#open.begin(request, reply);
      done();
    });
    this.#app.addHook('onSend', (request, reply, payload, done) => {
      const isOld = this.#ages.isOld(request.raw.socket);
      if (isOld || this.#stopping.signal.aborted) reply.header('connection', 'close');
      done(null, payload);
    });
  }

  #answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = this.#table.methodsOf(path);
    if (methods.length === 0) {
      return sendError(
        reply,
        new AppError('NOT_FOUND', 'not found'),
        this.#parts.components.logger,
      );
    }
    const allow = methods.join(', ');
    const { status, body } = answerOf(
      new AppError('INVALID_ARGUMENT', `the HTTP method must be ${allow}`),
      405,
    );
    return sendJson(reply.header('allow', allow), status, body);
  }
}
