import type { JsonObject } from '@bufbuild/protobuf';

/** A route that no descriptor describes. */
export interface ListedRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` is one segment. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Descriptions by name. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema of the JSON body. */
  readonly body?: JsonObject;
  /** What 200 has: the schema of its JSON; undefined when its body is empty. */
  readonly answer?: JsonObject;
  /** What other answers mean, by status. */
  readonly failures?: Readonly<Record<string, string>>;
}

const text: JsonObject = { type: 'string' };

const content = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });

export function listedOperation(route: ListedRoute): JsonObject {
  const {
    method,
    path,
    tag,
    summary,
    query = {},
    headers = {},
    body,
    answer,
    failures = {},
  } = route;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const optional = (place: string, names: Readonly<Record<string, string>>): JsonObject[] =>
    Object.entries(names).map(([name, description]) => ({
      ...{ name, in: place, description, schema: text },
    }));
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: text })),
    ...optional('query', query),
    ...optional('header', headers),
  ];
  const failed = Object.entries(failures).map(
    ([status, description]) => [status, { description }] as const,
  );
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/\W+/g, '_')}`,
    tags: [tag],
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: content(body) } }),
    responses: {
      200: { description: 'Done.', ...(answer !== undefined && { content: content(answer) }) },
      ...Object.fromEntries(failed),
      default: { $ref: '#/components/responses/Error' },
    },
  };
}
