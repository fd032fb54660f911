import type { FileRegistry, JsonObject } from '@bufbuild/protobuf';
import type { HttpRoutes } from '../http-routes.js';
import { sendJson } from '../send.js';
import { openapiDocument } from './document.js';
import { LISTED_ROUTES } from './listed-routes.js';

export interface OpenapiParts {
  readonly descriptors: () => FileRegistry;
  /** Full names of the services that the transcoder has. */
  readonly services: readonly string[];
  /** Of the program. */
  readonly version: string;
}

/** `GET /openapi.json`, written at the first request. */
export function openapiRoutes(parts: OpenapiParts): HttpRoutes {
  let written: JsonObject | undefined;
  const document = (): JsonObject =>
    (written ??= openapiDocument({
      ...parts,
      descriptors: parts.descriptors(),
      listed: LISTED_ROUTES,
    }));
  return {
    register: (app) => {
      app.get('/openapi.json', (_request, reply) => sendJson(reply, 200, document()));
    },
  };
}
