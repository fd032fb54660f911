import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  fromJson,
  toJson,
  type FileRegistry,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';
import {
  lateTranscoderRoutes,
  openDescriptors,
  transcoderRoutes,
  type HttpRoutes,
} from '../../src/transport/http/index.js';
import { call } from './http-caller.js';
import { serveHttp, type HttpUnderTest } from './http-under-test.js';
import { field, madeDescriptors, message } from './made-descriptors.js';

const rpc = (name: string, http: JsonObject): JsonObject => ({
  ...{ name, inputType: '.t.Thing', outputType: '.t.Thing' },
  options: { '[google.api.http]': http },
});

const MESSAGES: readonly JsonObject[] = [
  {
    name: 'Thing',
    field: [
      field('id', 1),
      field('owner', 2, message('.t.Owner')),
      field('tags', 3, { label: 'LABEL_REPEATED' }),
      field('big', 4, { type: 'TYPE_INT64' }),
      field('done', 5, { type: 'TYPE_BOOL' }),
      field('owners', 6, { ...message('.t.Owner'), label: 'LABEL_REPEATED' }),
      field('ratio', 7, { type: 'TYPE_DOUBLE' }),
    ],
  },
  { name: 'Owner', field: [field('name', 1), field('boss', 2, message('.t.Owner'))] },
];

/** A service that nobody knows: each method gives back what it was given. */
function registryOf(methods: readonly JsonObject[]): FileRegistry {
  return madeDescriptors('Things', MESSAGES, methods);
}

const METHODS = [
  rpc('Vague', {
    get: '/t/alias/{id}',
    additionalBindings: [{ get: '/t/{id}/exact' }, { get: '/t/exact/{owner.name}' }],
  }),
  rpc('Exact', { get: '/t/exact/exact' }),
  rpc('Get', { get: '/t/things/{id}', additionalBindings: [{ get: '/t/alias/{id}:get' }] }),
  rpc('Many', {
    get: '/t/many/{id}',
    additionalBindings: [{ put: '/t/many/{id}', body: '*' }, { patch: '/t/many/{id}' }],
  }),
  rpc('Of', { get: '/t/owners/{owner.name}/things/{id}' }),
  rpc('Put', { put: '/t/things/{id}', body: 'owner' }),
];

/** Methods answer what they are asked. */
const ECHO = {
  invoke: async (_path: string, bytes: Uint8Array): Promise<Uint8Array> => bytes,
  invokeStream: (_path: string, requests: AsyncIterable<Uint8Array>) => requests,
};

function routesFor(methods: readonly JsonObject[]): HttpRoutes {
  const descriptors = registryOf(methods);
  return transcoderRoutes({ descriptors, services: ['t.Things'], ...ECHO });
}

describe('a service that the transcoder has never seen', () => {
  let served: HttpUnderTest;

  before(async () => {
    served = await serveHttp({ routes: [routesFor(METHODS)] });
  });

  after(() => served.stop());

  const nothing = { id: '', tags: [], big: '0', done: false, owners: [], ratio: 0 };

  /** The answer is all that the request's message had, or the field that was refused. */
  const CALLS: readonly (readonly [string, string, string | undefined, JsonObject | string])[] = [
    ['GET', '/t/things/a', undefined, { id: 'a' }],
    ['GET', '/t/alias/a:get', undefined, { id: 'a' }],
    ['GET', '/t/alias/a:got', undefined, { id: 'a:got' }],
    ['GET', '/t/a/exact', undefined, { id: 'a' }],
    ['GET', '/t/exact/exact', undefined, {}],
    [
      'GET',
      '/t/things/a?tags=x&tags=y&big=-5&done=true&ratio=0.5',
      undefined,
      {
        ...{ id: 'a', tags: ['x', 'y'], big: '-5', done: true, ratio: 0.5 },
      },
    ],
    [
      'GET',
      '/t/things/a?owner.name=Ann%26Bob&owner.boss.name=C+D',
      undefined,
      {
        ...{ id: 'a', owner: { name: 'Ann&Bob', boss: { name: 'C D' } } },
      },
    ],
    [
      'GET',
      '/t/owners/Ann%2F/things/1?owner.boss.name=Cy',
      undefined,
      {
        ...{ id: '1', owner: { name: 'Ann/', boss: { name: 'Cy' } } },
      },
    ],
    ['PUT', '/t/things/a?big=7', '{"name":"Ann"}', { id: 'a', big: '7', owner: { name: 'Ann' } }],
    ['PUT', '/t/many/a', '{"big":9}', { id: 'a', big: '9' }],
    ['PATCH', '/t/many/a', undefined, { id: 'a' }],
    ['GET', '/t/owners/Ann/things/1?owner.name=Bob', undefined, 'owner.name'],
    ['GET', '/t/things/a?owner=x', undefined, 'owner'],
    ['GET', '/t/things/a?owners.name=x', undefined, 'owners.name'],
    ['GET', '/t/things/a?done=yes', undefined, 'done'],
    ['GET', '/t/things/a?big=9223372036854775808', undefined, 'big'],
    ['PUT', '/t/things/a?owner.name=x', '{}', 'owner.name'],
    ['PUT', '/t/things/a', '"Ann"', 'owner'],
    ['PUT', '/t/things/a', '{"boss":{"name":7}}', 'owner.boss.name'],
    ['PUT', '/t/things/a', '{"boss":{"name":"x","name":"y"}}', 'owner.boss.name'],
    ['PUT', '/t/many/a', '{"owners":[{},{"colour":1}]}', 'owners[1].colour'],
    ['PUT', '/t/many/a', '{"owners":[{},{"a":[0,{"b":1,"b":2}]}]}', 'owners[1].a[1].b'],
    ['PUT', '/t/many/a', '{"owners":{}}', 'owners'],
    ['PUT', '/t/many/a', '{"tags":["x",null]}', 'tags[1]'],
    ['PUT', '/t/many/a', '{"big":"0x10"}', 'big'],
    ['PUT', '/t/many/a', '{"big":" 1"}', 'big'],
    ['PUT', '/t/many/a', '{"big":"-9223372036854775809"}', 'big'],
    ['PUT', '/t/many/a', '{"ratio":1e999}', 'ratio'],
    ['PUT', '/t/many/a', '{"done":"true"}', 'done'],
    ['PUT', '/t/many/a', '{"__proto__":{}}', '__proto__'],
    ['GET', '/t/things/a?big=0x10', undefined, 'big'],
    ['GET', '/t/things/a?big=%201', undefined, 'big'],
    ['GET', '/t/things/a?big=', undefined, 'big'],
    ['PUT', '/t/things/a', '{"name":"x"},"id":"b"', 'body'],
  ];

  for (const [method, path, body, expected] of CALLS) {
    test(`${method} ${path} ${body ?? ''}`, async () => {
      const answer = await call(served.port, path, { method, ...(body !== undefined && { body }) });
      const json = JSON.parse(answer.body) as JsonObject;
      if (typeof expected === 'string') {
        assert.deepEqual([answer.status, json.field ?? ''], [400, expected], answer.body);
        return;
      }
      const whole: JsonValue = { ...nothing, ...expected };
      assert.deepEqual(json, sameOwner(whole));
    });
  }
});

/** As canonical JSON has it, with all fields that have no presence. */
function sameOwner(json: JsonObject): JsonValue {
  const desc = registryOf([]).getMessage('t.Thing');
  assert.ok(desc);
  return toJson(desc, fromJson(desc, json), { alwaysEmitImplicit: true });
}

const BROKEN: Readonly<Record<string, JsonObject>> = {
  'a field that is not there': { get: '/t/{colour}' },
  'a field of many values': { get: '/t/{tags}' },
  'a message in the path': { get: '/t/{owner}' },
  'a body that is not there': { post: '/t/a', body: 'colour' },
  'a pattern of many segments': { get: '/t/{id=things/**}' },
  'a path that begins with a field': { get: '/{id}' },
  'a path without a slash': { get: 't' },
  'a method of its own': { custom: { kind: 'HEAD', path: '/t/a' } },
};

const canStart = async (method: JsonObject): Promise<void> => {
  const served = await serveHttp({ routes: [routesFor([method])] });
  await served.stop();
};

for (const [name, http] of Object.entries(BROKEN)) {
  test(`${name} stops the start`, () => assert.rejects(() => canStart(rpc('Get', http))));
}

test('a method that only takes many messages stops the start', async () => {
  const method = rpc('Many', { post: '/t/many', body: '*' });
  await canStart({ ...method, serverStreaming: true });
  await canStart({ ...method, serverStreaming: true, clientStreaming: true });
  await assert.rejects(() => canStart({ ...method, clientStreaming: true }));
});

test('descriptors that are read late are read once, at the first request', async (t) => {
  let reads = 0;
  const descriptors = (): FileRegistry => {
    reads += 1;
    return registryOf(METHODS);
  };
  const late = { descriptors, services: ['t.Things'], below: 't', ...ECHO };
  const served = await serveHttp({ routes: [lateTranscoderRoutes(late)] });
  t.after(() => served.stop());
  const { port } = served;
  assert.equal(reads, 0);
  for (const path of ['/t/things/a', '/t/alias/a:get']) {
    const { status, body } = await call(port, path);
    assert.equal(status, 200);
    assert.match(body, /"id":"a"/);
  }
  assert.equal((await call(port, '/t/nothing')).status, 404);
  assert.equal(reads, 1);
});

test('our services can be read late: all their paths are below v1', async (t) => {
  const descriptors = openDescriptors();
  const services: string[] = [];
  for (const type of descriptors) if (type.kind === 'service') services.push(type.typeName);
  assert.ok(services.length >= 4);
  const routes = [transcoderRoutes({ descriptors, services, ...ECHO })];
  const served = await serveHttp({ routes });
  t.after(() => served.stop());
  const wild = served.server.routes.map(({ path }) => path).filter((path) => path.endsWith('*'));
  assert.deepEqual([...new Set(wild)], ['/v1/*']);
});
