import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { Validator } from '@seriousme/openapi-schema-validator';
import { serveEventStore, type EventStoreUnderTest } from './event-store-under-test.js';
import { call } from './http-caller.js';
import { HttpStream } from './http-stream.js';

type Content = Readonly<Record<string, { readonly schema: JsonObject }>>;

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Schema {
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, JsonObject>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let served: EventStoreUnderTest;
let document: Document;

before(async () => {
  served = await serveEventStore();
  const { body } = await call(served.port, '/openapi.json');
  document = JSON.parse(body) as Document;
});

after(() => served.stop());

test('the document is OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
});

const ROUTES = [
  'GET /v1/events',
  'GET /v1/events:subscribe',
  'GET /v1/streams',
  'GET /v1/streams/{stream}',
  'GET /v1/streams/{stream}/events',
  'GET /v1/types',
  'POST /v1/events',
  'POST /v1/events:append-many',
  'POST /v1/events:subscribe',
  'POST /v1/streams/{stream}/events',
  'POST /v1/types',
];

test('it has every route of the event store, and the server answers each', async () => {
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(listed.filter((route) => route.includes(' /v1/')).sort(), ROUTES);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  assert.equal(new Set(operations.map((one) => one.operationId)).size, operations.length);
  for (const route of ROUTES) {
    const [method = '', path = ''] = route.split(' ');
    const sent = path.replace('{stream}', 'x');
    const { status, headers } = await call(served.port, sent, { method });
    assert.ok(status === 200 || status === 400, `${route}: ${status}`);
    // what was answered is what the document says
    const type = headers['content-type']?.split(';')[0] ?? '';
    if (status === 200) assert.ok(type in answerOf(path, method.toLowerCase()), route);
  }
});

const answerOf = (path: string, method = 'get'): Content =>
  document.paths[path]?.[method]?.responses['200']?.content ?? {};

const lineOf = (name: string): JsonObject => ({
  oneOf: [
    { $ref: `#/components/schemas/cassadra.v1.${name}` },
    { $ref: '#/components/schemas/Error' },
  ],
});

test('what is streamed is lines of messages or an error; a feed is events, too', () => {
  const read = answerOf('/v1/streams/{stream}/events');
  assert.deepEqual(read, { 'application/x-ndjson': { schema: lineOf('ReadStreamResponse') } });
  const many = answerOf('/v1/events:append-many', 'post');
  assert.deepEqual(many, { 'application/x-ndjson': { schema: lineOf('AppendManyResponse') } });
  for (const method of ['get', 'post']) {
    const feed = answerOf('/v1/events:subscribe', method);
    assert.deepEqual(Object.keys(feed), ['application/x-ndjson', 'text/event-stream']);
    const { parameters = [] } = document.paths['/v1/events:subscribe']?.[method] ?? {};
    assert.ok(parameters.some((one) => one.in === 'header' && one.name === 'Last-Event-ID'));
  }
});

test('many messages are one, or lines, and never none', () => {
  const { required, content } = document.paths['/v1/events:append-many']?.post?.requestBody ?? {};
  assert.equal(required, true);
  assert.deepEqual(Object.keys(content ?? {}), ['application/json', 'application/x-ndjson']);
});

test('metadata is an object of texts; what is required says so', () => {
  const { schemas } = document.components;
  const { type, additionalProperties } = schemas['cassadra.v1.NewEvent']?.properties.metadata ?? {};
  assert.deepEqual([type, additionalProperties], ['object', { type: 'string' }]);
  assert.deepEqual(schemas['cassadra.v1.AppendRequest']?.required, ['stream', 'events']);
  assert.deepEqual(schemas['cassadra.v1.DeclareTypeRequest']?.required, ['name', 'code']);
});

test('an error in a line is an Error of the document', async () => {
  const good = { number: 1, append: { stream: 'x', events: [{ type: 'T' }] } };
  const body = `${JSON.stringify({ appends: [good] })}\n{"appends":[${'{},'.repeat(1_000)}{}]}`;
  const stream = await HttpStream.open(served.port, '/v1/events:append-many', {
    ...{ body, headers: { 'content-type': 'application/x-ndjson' } },
  });
  await stream.untilEnd();
  const error = stream.lines.at(-1) as JsonObject;
  assert.deepEqual([error.code, error.field], ['LIMIT_EXCEEDED', 'appends']);
  assert.ok('error' in error && stream.lines.length === 2);
});
