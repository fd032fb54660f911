import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  certificateOf,
  type CallCode,
  type CallGate,
  type CallOrigin,
  type OpenCall,
} from '../../calls/index.js';
import type { ErrorCode } from '../../core/index.js';
import { parseTraceContext } from '../../runtime/index.js';
import { codeOfError } from './errors.js';
import { onceOver } from './once-over.js';

/** What a call is, beside the route that took it. */
export interface NamedCall {
  /** A gRPC method, or an HTTP method and a route as it is registered. */
  readonly method: string;
  readonly duration: 'short' | 'long';
}

/** `outside`: a route that everybody may call, even when the server is full. */
export type RouteGate = 'outside' | ((request: FastifyRequest) => NamedCall);

declare module 'fastify' {
  interface FastifyContextConfig {
    gate?: RouteGate;
    /** A page that links of other sites may lead to. */
    page?: boolean;
  }
}

/** For the options of a route. */
export const OUTSIDE = { config: { gate: 'outside' } } as const;
export const PAGE = { config: { gate: 'outside', page: true } } as const;

/** What is answered 429 or 503 may be tried again after this. */
const RETRY_AFTER_S = '1';

const REQUEST_ID = 'x-request-id';

interface GatedRequest {
  readonly open: OpenCall;
  /** What it was answered with, where the status does not tell. */
  code?: CallCode;
}

const gated = new WeakMap<FastifyRequest, GatedRequest>();

/** The call that a request is, once it has passed the gate. */
export function openCallOf(request: FastifyRequest): OpenCall {
  const call = gated.get(request);
  if (call === undefined) throw new TypeError('the request has not passed the gate');
  return call.open;
}

/** How the call ended, where its status says another thing or nothing. */
export function noteCode(request: FastifyRequest, code: CallCode): void {
  const call = gated.get(request);
  if (call !== undefined) call.code = code;
}

/** So many bytes of the request have come. Throws OVERLOADED. */
export function holdBytes(request: FastifyRequest, bytes: number): void {
  gated.get(request)?.open.hold(bytes);
}

/** Every request but those of routes outside passes the gate, before its body is read. */
export function addGate(app: FastifyInstance, gate: CallGate): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.gate === 'outside') done();
    else void enter(gate, request, reply).then(() => done(), done);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    gated.get(request)?.open.received();
    done();
  });
  app.addHook('onError', (request, _reply, error, done) => {
    noteCode(request, codeOfError(error));
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    const { statusCode } = reply;
    if (statusCode === 401) reply.header('www-authenticate', 'Bearer');
    if (statusCode === 429 || statusCode === 503) reply.header('retry-after', RETRY_AFTER_S);
    done(null, payload);
  });
}

async function enter(gate: CallGate, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { headers } = request;
  const requestId = gate.requestIdOf(headers[REQUEST_ID]?.toString());
  reply.header(REQUEST_ID, requestId);
  let isOver = false;
  onceOver(request, reply, () => {
    isOver = true;
    end(request, reply);
  });
  const open = await gate.enter({
    transport: 'http',
    ...nameOf(request),
    ...originOf(request),
    requestId,
    trace: parseTraceContext(headers['traceparent']?.toString(), headers['tracestate']?.toString()),
  });
  if (isOver) open.end('CANCELLED');
  gated.set(request, { open });
}

/** Where a request comes from. Several `authorization` are one that does not hold. */
export function originOf({ raw }: FastifyRequest): CallOrigin {
  const { socket, headersDistinct } = raw;
  return {
    address: socket.remoteAddress ?? '',
    authorization: headersDistinct['authorization']?.join(', '),
    certificate: certificateOf(socket),
  };
}

function nameOf(request: FastifyRequest): NamedCall {
  const { url, config } = request.routeOptions;
  if (request.is404 || url === undefined) return { method: 'unmatched', duration: 'short' };
  const { gate } = config;
  if (typeof gate === 'function') return gate(request);
  return { method: `${request.method} ${url}`, duration: 'short' };
}

function end(request: FastifyRequest, reply: FastifyReply): void {
  const call = gated.get(request);
  const { statusCode, writableFinished } = reply.raw;
  call?.open.end(writableFinished ? (call.code ?? codeOfStatus(statusCode)) : 'CANCELLED');
}

/** Of what is answered without an error being thrown. */
function codeOfStatus(status: number): CallCode {
  if (status < 400) return 'OK';
  return REFUSALS[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
}

const REFUSALS: Readonly<Record<number, ErrorCode>> = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'LIMIT_EXCEEDED',
  414: 'LIMIT_EXCEEDED',
};
