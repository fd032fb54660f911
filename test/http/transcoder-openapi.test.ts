import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { DEFAULT_LIMITS } from '../../src/core/index.js';
import { silentLogger, systemIds } from '../../src/runtime/index.js';
import { createEventStore } from '../../src/service/index.js';
import { cassataRoutes, REQUIRED_FIELDS, storeRoutes } from '../../src/transport/http/index.js';
import {
  DESCRIPTORS,
  serveScheduler,
  type SchedulerUnderTest,
} from '../wire/scheduler-under-test.js';
import { testComponents } from '../wire/store-under-test.js';
import { call } from './http-caller.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly example?: string }>>;
}

interface Property {
  readonly description: string;
  readonly type?: string | readonly string[];
}

interface Schema {
  readonly $ref?: string;
  readonly description: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
}

interface Document {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let served: SchedulerUnderTest;
let document: Document;

before(async () => {
  const eventStore = createEventStore({
    backend: () => undefined,
    limits: DEFAULT_LIMITS,
    queueLimits: { streamAppendsMax: 1, processAppendsMax: 1, processBytesMax: 1 },
    components: testComponents(),
  });
  served = await serveScheduler({
    more: ({ scheduler }) => [
      storeRoutes({ eventStore, limits: DEFAULT_LIMITS, ids: systemIds }),
      cassataRoutes({ scheduler, logger: silentLogger }),
    ],
  });
  const answer = await call(served.httpPort, '/openapi.json');
  assert.equal(answer.status, 200);
  document = JSON.parse(answer.body) as Document;
});

after(() => served.stop());

test('the document is OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(document.info.version, '1.2.3');
});

const SCHEDULER_ROUTES = [
  'DELETE /v1/applications/{application}/schedules/{schedule_id}',
  'DELETE /v1/applications/{application}/signing-keys/{key_id}',
  'DELETE /v1/applications/{application}/timed-events/{event_id}',
  'GET /v1/applications',
  'GET /v1/applications/{application}',
  'GET /v1/applications/{application}/destinations',
  'GET /v1/applications/{application}/schedules',
  'GET /v1/applications/{application}/schedules/{schedule_id}',
  'GET /v1/applications/{application}/schedules/{schedule_id}/next-runs',
  'GET /v1/applications/{application}/schedules/{schedule_id}/skipped-runs',
  'GET /v1/applications/{application}/signing-keys',
  'GET /v1/applications/{application}/timed-events',
  'GET /v1/applications/{application}/timed-events/{event_id}',
  'GET /v1/applications/{application}/timed-events/{event_id}/attempts',
  'GET /v1/sweeps',
  'GET /v1/sweeps/{sweep_id}',
  'POST /v1/applications/{application}/destinations:deleteCredentials',
  'POST /v1/applications/{application}/destinations:enable',
  'POST /v1/applications/{application}/destinations:setCredentials',
  'POST /v1/applications/{application}/destinations:setLimits',
  'POST /v1/applications/{application}/schedules',
  'POST /v1/applications/{application}/schedules/{schedule_id}:backfill',
  'POST /v1/applications/{application}/schedules/{schedule_id}:pause',
  'POST /v1/applications/{application}/schedules/{schedule_id}:resume',
  'POST /v1/applications/{application}/schedules/{schedule_id}:trigger',
  'POST /v1/applications/{application}/signing-keys',
  'POST /v1/applications/{application}/timed-events',
  'POST /v1/applications/{application}/timed-events/{event_id}:cancel',
  'POST /v1/applications/{application}/timed-events/{event_id}:purge',
  'POST /v1/applications/{application}/timed-events/{event_id}:reschedule',
  'POST /v1/applications/{application}/timed-events/{event_id}:retryNow',
  'POST /v1/applications/{application}:pause',
  'POST /v1/applications/{application}:resume',
  'POST /v1/failed:purge',
  'POST /v1/failed:replay',
  'POST /v1/sweeps/{sweep_id}:cancel',
  'POST /v1/timed-events',
  'POST /v1/timed-events:batch',
  'PUT /v1/applications/{application}/policy',
  'PUT /v1/applications/{application}/schedules/{schedule_id}',
];

/** The transcoder's own routes are behind wildcards. */
test('it has every route of the server, and no other', () => {
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const registered = served.http.routes
    .filter(({ method, path }) => method !== 'HEAD' && !path.endsWith('/*'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  assert.deepEqual(listed.sort(), [...registered, ...SCHEDULER_ROUTES].sort());
  const wildcards = served.http.routes.filter(({ path }) => path.endsWith('/*'));
  assert.deepEqual([...new Set(wildcards.map(({ path }) => path))], ['/v1/*']);
});

test('every route in the document is answered by the server', async () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of Object.keys(operations)) {
      const sent = path.replaceAll(/\{\w+\}/g, 'x');
      const answer = await call(served.httpPort, sent, { method: method.toUpperCase() });
      const nothing = answer.body.includes('"not found"');
      assert.ok(!nothing && answer.status !== 405, `${method} ${path}: ${answer.body}`);
    }
  }
});

test('operations have names of their own, and their parameters', () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
  const list = document.paths['/v1/applications/{application}/timed-events']?.get;
  const names = list?.parameters?.map((one) => `${one.in} ${one.name}`);
  assert.deepEqual(names, [
    'path application',
    'query statuses',
    'query due_from_ms',
    'query due_until_ms',
    'query page_size',
    'query page_token',
  ]);
  const cancel = document.paths['/v1/applications/{application}/timed-events/{event_id}'];
  assert.equal(cancel?.delete?.requestBody, undefined);
  assert.equal(
    document.paths['/v1/timed-events']?.post?.summary,
    'Schedules one timed event.',
    'the first sentence of the comment',
  );
});

test('every message and field says what it is, in the words of the proto file', () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    assert.notEqual(schema.description, '', name);
    for (const [field, { description }] of Object.entries(schema.properties ?? {})) {
      assert.notEqual(description, '', `${name}.${field}`);
    }
  }
  const request = document.components.schemas['cassadra.v1.ScheduleRequest'];
  assert.match(request?.properties?.json?.description ?? '', /^JSON as text, .*with `data`\.$/s);
});

const bodyOf = (path: string): Operation['requestBody'] => document.paths[path]?.post?.requestBody;
const schemaOf = (name: string): Schema | undefined =>
  document.components.schemas[`cassadra.v1.${name}`];

test('what is required says so, but not in a body whose path has it', () => {
  const whole = bodyOf('/v1/timed-events');
  const { schema } = whole?.content['application/json'] ?? {};
  assert.equal(schema?.$ref, '#/components/schemas/cassadra.v1.ScheduleRequest');
  assert.equal(whole?.required, true);
  const required = ['application', 'eventId', 'dueMs'];
  assert.deepEqual(schemaOf('ScheduleRequest')?.required, required);
  assert.deepEqual(schemaOf('HttpTarget')?.required, ['url']);
  const inside = bodyOf('/v1/applications/{application}/timed-events');
  assert.deepEqual(inside?.content['application/json']?.schema.required, required.slice(1));
  const cancel = bodyOf('/v1/applications/{application}/timed-events/{event_id}:cancel');
  assert.deepEqual(
    [cancel?.required, cancel?.content['application/json']?.schema.required],
    [undefined, undefined],
  );
});

test('the fields that are called required are there', () => {
  for (const [typeName, names] of Object.entries(REQUIRED_FIELDS)) {
    const known = DESCRIPTORS.getMessage(typeName)?.fields.map(({ name }) => name);
    for (const name of names) assert.ok(known?.includes(name), `${typeName}.${name}`);
  }
});

test('numbers of 64 bits are texts in answers, and may be numbers in requests', () => {
  assert.deepEqual(schemaOf('ScheduleRequest')?.properties?.dueMs?.type, ['string', 'integer']);
  assert.deepEqual(schemaOf('RetryPolicy')?.properties?.maxAgeMs?.type, ['string', 'integer']);
  assert.equal(schemaOf('TimedEvent')?.properties?.dueMs?.type, 'string');
});

test("errors of Cassata's routes are plain texts", async () => {
  const { responses } = document.paths['/cassata/add']?.post ?? {};
  const refused = await call(served.httpPort, '/cassata/add', { body: '{}' });
  assert.equal(refused.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(responses?.['400']?.content?.['text/plain']?.example, refused.body);
  for (const status of ['409', 'default']) {
    assert.deepEqual(Object.keys(responses?.[status]?.content ?? {}), ['text/plain']);
  }
});
