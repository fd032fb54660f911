import { fromBinary, toJson, type FileRegistry } from '@bufbuild/protobuf';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../core/index.js';
import { callSignal } from '../call-signal.js';
import { answerOf } from '../errors.js';
import type { HttpRoutes } from '../http-routes.js';
import { sendJson } from '../send.js';
import { bindingsOf, methodPath, type Binding } from './bindings.js';
import { fieldsOf, matchPath } from './path-template.js';
import { readRequest } from './read-request.js';

/** Calls a gRPC method in this process, bytes to bytes. Throws AppError. */
export type Invoke = (
  path: string,
  request: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array>;

export interface TranscoderParts {
  readonly descriptors: FileRegistry;
  /** Full names, as `cassadra.v1.SchedulerService`. */
  readonly services: readonly string[];
  readonly invoke: Invoke;
}

/** HTTP and JSON for all methods of the services that have a `google.api.http` option. */
export function transcoderRoutes({ descriptors, services, invoke }: TranscoderParts): HttpRoutes {
  const bindings = bindingsOf(descriptors)
    .filter(({ method }) => services.includes(method.parent.typeName))
    .sort((a, b) => vagueness(a) - vagueness(b));
  const answer = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    transcode(bindings, invoke, request, reply);
  return {
    register: (app) => {
      for (const first of firstSegments(bindings)) app.all(`/${first}/*`, answer);
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

async function transcode(
  bindings: readonly Binding[],
  invoke: Invoke,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [path = '', ...query] = request.url.split('?');
  const found = bindings.flatMap((binding) => {
    const values = matchPath(binding.template, path);
    return values === undefined ? [] : [{ binding, values }];
  });
  const wanted = request.method === 'HEAD' ? 'GET' : request.method;
  const match = found.find(({ binding }) => binding.httpMethod === wanted);
  if (match === undefined)
    return refuse(
      found.map(({ binding }) => binding),
      reply,
    );
  const { binding, values } = match;
  const input = {
    path: values,
    query: new URLSearchParams(query.join('?')),
    body: request.body,
  };
  const { method } = binding;
  const response = await invoke(
    methodPath(method),
    readRequest(binding, input),
    callSignal(request),
  );
  const message = fromBinary(method.output, response);
  return sendJson(reply, 200, toJson(method.output, message, { alwaysEmitImplicit: true }));
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
