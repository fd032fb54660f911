import {
  fromBinary,
  toBinary,
  toJson,
  type FileRegistry,
  type JsonValue,
} from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../core/index.js';
import { allowWait } from '../call-signal.js';
import { answerOf } from '../errors.js';
import type { NamedCall } from '../gated-request.js';
import type { HttpHost, HttpRoutes } from '../http-routes.js';
import { sendJson } from '../send.js';
import { bindingsOf, methodPath, type Binding } from './bindings.js';
import { mayWait, waitMsOf } from './known-fields.js';
import { fieldsOf, matchPath } from './path-template.js';
import { readRequest, type HttpInput } from './read-request.js';
import { sendStreamed } from './streamed-answer.js';
import {
  callStreaming,
  invokedCall,
  type InvokedCall,
  type InvokeStream,
} from './streaming-call.js';

/** Calls a gRPC method in this process, bytes to bytes. Throws AppError. */
export type Invoke = (path: string, request: Uint8Array, call: InvokedCall) => Promise<Uint8Array>;

export interface TranscoderParts {
  readonly descriptors: FileRegistry;
  /** Full names, as `cassadra.v1.SchedulerService`. */
  readonly services: readonly string[];
  readonly invoke: Invoke;
  readonly invokeStream: InvokeStream;
}

interface Transcoder {
  readonly bindings: () => readonly Binding[];
  readonly parts: Omit<TranscoderParts, 'descriptors'>;
  readonly host: HttpHost;
}

/** HTTP and JSON for all methods of the services that have a `google.api.http` option. */
export function transcoderRoutes(parts: TranscoderParts): HttpRoutes {
  const bindings = bindingsAmong(parts, parts.descriptors);
  return routesBelow(firstSegments(bindings), () => bindings, parts);
}

export interface LateTranscoderParts extends Omit<TranscoderParts, 'descriptors'> {
  readonly descriptors: () => FileRegistry;
  /** The first segment of all paths. */
  readonly below: string;
}

/** The same; descriptors are read at the first request, which takes as long as half a start. */
export function lateTranscoderRoutes(parts: LateTranscoderParts): HttpRoutes {
  let read: readonly Binding[] | undefined;
  const bindings = (): readonly Binding[] => (read ??= bindingsAmong(parts, parts.descriptors()));
  return routesBelow(new Set([parts.below]), bindings, parts);
}

function bindingsAmong(
  { services }: Pick<TranscoderParts, 'services'>,
  descriptors: FileRegistry,
): readonly Binding[] {
  return bindingsOf(descriptors)
    .filter(({ method }) => services.includes(method.parent.typeName))
    .sort((a, b) => vagueness(a) - vagueness(b));
}

function routesBelow(
  segments: ReadonlySet<string>,
  bindings: () => readonly Binding[],
  parts: Transcoder['parts'],
): HttpRoutes {
  return {
    register: (app, host) => {
      const transcoder = { bindings, parts, host };
      const gate = (request: FastifyRequest): NamedCall => nameOf(bindings(), request);
      const answer = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
        transcode(transcoder, request, reply);
      for (const first of segments) app.all(`/${first}/*`, { config: { gate } }, answer);
    },
  };
}

/** A path may fit many templates: fields fit any text, and a field's end may be a verb. */
function vagueness({ template }: Binding): number {
  return 2 * fieldsOf(template).length - (template.verb === undefined ? 0 : 1);
}

function firstSegments(bindings: readonly Binding[]): ReadonlySet<string> {
  const names = bindings.map(({ template }) => {
    const [first] = template.segments;
    if (first?.kind !== 'literal') throw new TypeError(`${template.text} begins with a field`);
    return first.text;
  });
  return new Set(names);
}

interface Match {
  readonly binding: Binding;
  readonly values: HttpInput['path'];
}

const matches = new WeakMap<FastifyRequest, readonly Match[]>();

/** What a path may mean, whatever the method; found once for a request. */
function matchesOf(bindings: readonly Binding[], request: FastifyRequest): readonly Match[] {
  const known = matches.get(request);
  if (known !== undefined) return known;
  const [path = ''] = request.url.split('?', 1);
  const found = bindings.flatMap((binding) => {
    const values = matchPath(binding.template, path);
    return values === undefined ? [] : [{ binding, values }];
  });
  matches.set(request, found);
  return found;
}

function matchOf(found: readonly Match[], { method }: FastifyRequest): Match | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  return found.find(({ binding }) => binding.httpMethod === wanted);
}

/** Calls count by the method that they reach, as they do over gRPC. */
function nameOf(bindings: readonly Binding[], request: FastifyRequest): NamedCall {
  const method = matchOf(matchesOf(bindings, request), request)?.binding.method;
  if (method === undefined) return { method: 'unmatched', duration: 'short' };
  const isLong = method.methodKind !== 'unary' || mayWait(method);
  return { method: methodPath(method).slice(1), duration: isLong ? 'long' : 'short' };
}

async function transcode(
  { bindings, parts, host }: Transcoder,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [, ...query] = request.url.split('?');
  const found = matchesOf(bindings(), request);
  const match = matchOf(found, request);
  if (match === undefined) {
    return refuse(
      found.map(({ binding }) => binding),
      reply,
    );
  }
  const { binding, values } = match;
  const input = {
    path: values,
    query: new URLSearchParams(query.join('?')),
    body: request.body,
  };
  if (binding.method.methodKind === 'unary') {
    return sendJson(reply, 200, await callUnary(binding, input, parts.invoke, request));
  }
  const answer = callStreaming(binding, input, parts.invokeStream, request);
  await sendStreamed(reply, answer, host);
  return reply;
}

async function callUnary(
  binding: Binding,
  input: HttpInput,
  invoke: Invoke,
  request: FastifyRequest,
): Promise<JsonValue> {
  const { method } = binding;
  const message = readRequest(binding, input);
  const waitMs = waitMsOf(method.input, message);
  if (waitMs > 0) allowWait(request, waitMs);
  const bytes = toBinary(method.input, message);
  const response = await invoke(methodPath(method), bytes, invokedCall(request));
  const answer = fromBinary(method.output, response);
  return toJson(method.output, answer, { alwaysEmitImplicit: true });
}

/** There is nothing of that path, or not with that method. */
function refuse(found: readonly Binding[], reply: FastifyReply): FastifyReply {
  if (found.length === 0) throw new AppError('NOT_FOUND', 'not found');
  const allow = [...new Set(found.map(({ httpMethod }) => httpMethod))].sort().join(', ');
  const { status, body } = answerOf(
    new AppError('INVALID_ARGUMENT', `the HTTP method must be ${allow}`),
    405,
  );
  return sendJson(reply.header('allow', allow), status, body);
}
