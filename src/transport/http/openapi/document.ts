import type { FileRegistry, JsonObject } from '@bufbuild/protobuf';
import { bindingsOf } from '../transcoder/bindings.js';
import { commentsOf } from './comments.js';
import { listedOperation, type ListedRoute } from './listed-operation.js';
import { MessageSchemas, messagesInside } from './message-schemas.js';
import { jsonContent, operationOf } from './operations.js';

export interface DocumentParts {
  readonly descriptors: FileRegistry;
  /** Full names of the services that the transcoder has. */
  readonly services: readonly string[];
  readonly listed: readonly ListedRoute[];
  /** Of the program. */
  readonly version: string;
}

const ERROR_SCHEMA: JsonObject = {
  type: 'object',
  description: 'An error, with facts about it beside its code (docs/errors.md).',
  properties: {
    error: { type: 'string', description: 'For people.' },
    code: { type: 'string', description: 'For programs.' },
    field: { type: 'string', description: 'The field that is to be corrected.' },
  },
  required: ['error', 'code'],
  additionalProperties: { type: 'string' },
};

/** All that an HTTP server answers, as OpenAPI 3.1. */
export function openapiDocument(parts: DocumentParts): JsonObject {
  const { descriptors, services, listed, version } = parts;
  const comments = commentsOf(descriptors.files);
  const bindings = bindingsOf(descriptors).filter(({ method }) =>
    services.includes(method.parent.typeName),
  );
  const taken = messagesInside(bindings.map(({ method }) => method.input));
  const schemas = new MessageSchemas(comments, taken);
  const paths: Record<string, JsonObject> = {};
  const add = (path: string, method: string, operation: JsonObject): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  const turns = new Map<object, number>();
  for (const binding of bindings) {
    const { method, httpMethod, template } = binding;
    const turn = turns.get(method) ?? 0;
    turns.set(method, turn + 1);
    add(template.text, httpMethod, operationOf(binding, turn, schemas, comments));
  }
  for (const route of listed) add(route.path, route.method, listedOperation(route));
  const error = jsonContent({ $ref: '#/components/schemas/Error' });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cassadra',
      version,
      description:
        'An event store and a scheduler of timed events. 64-bit numbers of answers are text.',
    },
    servers: [{ url: '/' }],
    tags: tagsOf(parts, comments),
    paths,
    components: {
      schemas: { ...schemas.all, Error: ERROR_SCHEMA },
      responses: { Error: { description: 'It failed: see the code.', content: error } },
    },
  };
}

function tagsOf(
  { descriptors, services, listed }: DocumentParts,
  comments: (descriptor: object) => string,
): JsonObject[] {
  const own = services.flatMap((name) => {
    const service = descriptors.getService(name);
    if (service === undefined) return [];
    return [{ name: service.name, description: comments(service.proto) }];
  });
  const others = [...new Set(listed.map(({ tag }) => tag))].map((name) => ({ name }));
  return [...own, ...others];
}
