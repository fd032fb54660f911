import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../core/index.js';
import { openCallOf, PAGE } from '../gated-request.js';
import type { HttpRoutes } from '../http-routes.js';
import { sendJson } from '../send.js';
import { ConsoleFiles, type ConsoleFile } from './console-files.js';
import { CONTENT_SECURITY } from './content-security.js';

export interface ConsoleParts {
  /** Where the build has put its files. */
  readonly folder: string;
  /** Of the program. */
  readonly version: string;
  readonly storage: string;
  /** Callers must say who they are. */
  readonly authentication: boolean;
  /** Whether a subscription to all events is possible. */
  readonly allEvents: boolean;
}

const FOR_EVER = 'public, max-age=31536000, immutable';

/** The web console, and `GET /console/session`, which tells it who asks. */
export function consoleRoutes({ folder, ...facts }: ConsoleParts): HttpRoutes {
  const files = new ConsoleFiles(folder);
  const serve = async (path: string, reply: FastifyReply): Promise<FastifyReply> => {
    const file = await files.find(path);
    if (file !== undefined) return send(reply, file);
    const why = path.startsWith('assets/')
      ? 'there is no such file: reload the page, the server may have been updated'
      : 'the console has not been built: npm run build';
    throw new AppError('NOT_FOUND', why);
  };
  return {
    register: (app) => {
      app.get('/console/session', (request, reply) =>
        sendJson(reply, 200, sessionOf(request, facts)),
      );
      app.get('/console', PAGE, (_request, reply) => serve('', reply));
      app.get<{ Params: { '*': string } }>('/console/*', PAGE, (request, reply) =>
        serve(request.params['*'], reply),
      );
    },
  };
}

function sessionOf(request: FastifyRequest, facts: Omit<ConsoleParts, 'folder'>): object {
  const { name, roles, streamPrefixes, applications } = openCallOf(request).caller;
  return { ...facts, caller: name, roles: [...roles], streamPrefixes, applications };
}

function send(reply: FastifyReply, { contentType, bytes, immutable }: ConsoleFile): FastifyReply {
  return reply
    .headers(CONTENT_SECURITY)
    .header('cache-control', immutable ? FOR_EVER : 'no-cache')
    .type(contentType)
    .send(bytes);
}
