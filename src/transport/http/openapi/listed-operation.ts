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
  /** What other answers mean, by status; with an example where they have a plain text. */
  readonly failures?: Readonly<Record<string, string | TextFailure>>;
  /** Errors that are not listed are plain texts, not JSON. */
  readonly textErrors?: boolean;
}

export interface TextFailure {
  readonly description: string;
  readonly example: string;
}

const text: JsonObject = { type: 'string' };

const content = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });

const TEXT_ERROR: JsonObject = {
  description: 'It failed: the text says why.',
  content: { 'text/plain': { schema: text } },
};

function failureResponse(failure: string | TextFailure): JsonObject {
  if (typeof failure === 'string') return { description: failure };
  const { description, example } = failure;
  return { description, content: { 'text/plain': { schema: text, example } } };
}

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
    textErrors = false,
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
    ([status, failure]) => [status, failureResponse(failure)] as const,
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
      default: textErrors ? TEXT_ERROR : { $ref: '#/components/responses/Error' },
    },
  };
}
