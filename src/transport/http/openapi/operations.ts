import type { DescField, DescMessage, DescMethod, JsonObject } from '@bufbuild/protobuf';
import { fieldAt, type Binding } from '../transcoder/bindings.js';
import { isTextual } from '../transcoder/field-value.js';
import { isFeed } from '../transcoder/known-fields.js';
import { fieldsOf } from '../transcoder/path-template.js';
import { EVENT_STREAM, JSON_LINES } from '../transcoder/stream-format.js';
import type { Comments } from './comments.js';
import type { MessageSchemas } from './message-schemas.js';
import { REQUIRED_FIELDS } from './required-fields.js';

const SUMMARY = /^[^]*?[.](?=\s|$)/;

/** An answer with a schema, in JSON. */
export function jsonContent(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}

const STREAMED =
  'One JSON object a line, as they come; a blank line is a heartbeat. A call that fails after ' +
  'its first line ends with an error in a line.';
const EVENTS =
  'Server-sent events: `event` is the member of the message that is set, `id` its cursor, `data` ' +
  'the message as JSON in one line. A comment is a heartbeat. A call that fails after it has ' +
  'begun ends with an event `error`, whose data is an error.';
const LAST_EVENT_ID: JsonObject = {
  ...{ name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } },
  description: 'Stands for the cursor, and goes before it: browsers send it when they reconnect.',
};

function answerContent(method: DescMethod, message: JsonObject): JsonObject {
  if (method.methodKind === 'unary') return jsonContent(message);
  const line = { oneOf: [message, { $ref: '#/components/schemas/Error' }] };
  const events = { schema: { type: 'string', description: EVENTS } };
  return { [JSON_LINES]: { schema: line }, ...(isFeed(method) && { [EVENT_STREAM]: events }) };
}

/** One way to call a method. `turn`: from 0 on, over the bindings of the method. */
export function operationOf(
  { method, template, body, httpMethod }: Binding,
  turn: number,
  schemas: MessageSchemas,
  comments: Comments,
): JsonObject {
  const description = comments(method.proto);
  const name = `${method.parent.name}_${method.name}`;
  const inPath = fieldsOf(template);
  const parameters = [
    ...inPath.map((field) => parameter('path', field, method.input, schemas)),
    ...queryNames(method.input, inPath, body).map((field) =>
      parameter('query', field, method.input, schemas),
    ),
    ...(isFeed(method) ? [LAST_EVENT_ID] : []),
  ];
  const bodySchema =
    body === '*' ? schemas.ofBody(method.input, inPath) : body && schemas.ofField(body);
  return {
    operationId: turn === 0 ? name : `${name}_${httpMethod}_${turn}`,
    tags: [method.parent.name],
    summary: SUMMARY.exec(description)?.[0] ?? method.name,
    description,
    ...(parameters.length > 0 && { parameters }),
    ...(bodySchema !== undefined && { requestBody: requestBody(method, inPath, bodySchema) }),
    responses: {
      200: {
        description: method.methodKind === 'unary' ? 'Done.' : STREAMED,
        content: answerContent(method, schemas.refer(method.output)),
      },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** Without a body nothing is set but what stands in the path. */
function requestBody(
  { input, methodKind }: DescMethod,
  inPath: readonly string[],
  schema: JsonObject,
): JsonObject {
  const isMany = methodKind === 'bidi_streaming';
  const required = REQUIRED_FIELDS[input.typeName] ?? [];
  const missing = isMany || required.some((name) => !inPath.includes(name));
  const lines = isMany && { [JSON_LINES]: { schema } };
  return { ...(missing && { required: true }), content: { ...jsonContent(schema), ...lines } };
}

function parameter(
  place: 'path' | 'query',
  name: string,
  input: DescMessage,
  schemas: MessageSchemas,
): JsonObject {
  const field = fieldAt(input, name)?.at(-1);
  const { description = '', ...schema } = field === undefined ? {} : schemas.ofField(field);
  return { name, in: place, ...(place === 'path' && { required: true }), description, schema };
}

/** The fields that the query can set, nested ones with dots. */
function queryNames(
  input: DescMessage,
  inPath: readonly string[],
  body: Binding['body'],
): readonly string[] {
  if (body === '*') return [];
  const fields = input.fields.filter((field) => field !== body);
  return fields.flatMap((field) => namesIn(field, [])).filter((name) => !inPath.includes(name));
}

function namesIn(field: DescField, outer: readonly DescField[]): readonly string[] {
  const path = [...outer, field];
  if (isTextual(field)) return [path.map(({ name }) => name).join('.')];
  // a message that holds itself has names without end
  if (field.fieldKind !== 'message' || outer.some(({ message }) => message === field.message)) {
    return [];
  }
  return field.message.fields.flatMap((inner) => namesIn(inner, path));
}
