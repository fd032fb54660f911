import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, credentials, type ClientReadableStream } from '@grpc/grpc-js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import type { Backend } from '../../src/storage/index.js';
import { ALL_SERVICES, askReflection } from './ask-reflection.js';
import { hex } from './raw-caller.js';
import { serve, testComponents, type StoreUnderTest } from './store-under-test.js';

const SERVICE = 'storegrpc.EventStoreService';
const V1 = 'cassadra.v1.EventStoreService';
const SERVING = '0801';
const NOT_SERVING = '0802';

const same = (bytes: Buffer): Buffer => bytes;

let backend: Backend | undefined;
let store: StoreUnderTest;
let client: Client;

before(async () => {
  store = await serve(() => backend);
  client = new Client(store.address, credentials.createInsecure());
});

after(async () => {
  client.close();
  await store.stop();
});

/** Field 1 of a message, as a string. */
function name(text: string): Buffer {
  const bytes = Buffer.from(text);
  return text === '' ? bytes : Buffer.concat([hex('0a'), Buffer.of(bytes.length), bytes]);
}

function check(service: string): Promise<string> {
  return new Promise((resolve) => {
    const path = '/grpc.health.v1.Health/Check';
    client.makeUnaryRequest(path, same, same, name(service), (error, response) => {
      resolve(error === null ? (response?.toString('hex') ?? '') : `status ${error.code}`);
    });
  });
}

function watch(service: string): ClientReadableStream<Buffer> {
  const path = '/grpc.health.v1.Health/Watch';
  return client.makeServerStreamRequest(path, same, same, name(service));
}

test('health follows readiness; liveness does not', async () => {
  for (const service of ['', SERVICE, V1]) assert.equal(await check(service), NOT_SERVING);
  assert.equal(await check('liveness'), SERVING);
  assert.equal(await check('nothing'), 'status 5');
  const seen: string[] = [];
  const stream = watch(SERVICE);
  const served = new Promise<void>((resolve) => {
    stream.on('error', () => undefined);
    stream.on('data', (bytes: Buffer) => {
      seen.push(bytes.toString('hex'));
      if (seen.at(-1) === SERVING) resolve();
      else backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
    });
  });
  await served;
  assert.deepEqual(seen, [NOT_SERVING, SERVING]);
  for (const service of ['', SERVICE, V1]) assert.equal(await check(service), SERVING);
  stream.cancel();
});

test('a list of health names all services, with what each would be told', async () => {
  const path = '/grpc.health.v1.Health/List';
  const list = await new Promise<string>((resolve, reject) => {
    client.makeUnaryRequest(path, same, same, Buffer.of(), (error, response) => {
      if (error === null) resolve(response?.toString('latin1') ?? '');
      else reject(error);
    });
  });
  // field 2 of an entry is the answer: SERVING
  for (const service of [SERVICE, V1, 'liveness']) {
    assert.ok(list.includes(`${service}\x12\x02\x08\x01`), service);
  }
});

test('a request for health that is no message is refused', async () => {
  const path = '/grpc.health.v1.Health/Check';
  const code = await new Promise<number | undefined>((resolve) => {
    client.makeUnaryRequest(path, same, same, hex('0aff'), (error) => resolve(error?.code));
  });
  assert.equal(code, 13);
});

for (const version of ['v1', 'v1alpha'] as const) {
  test(`reflection ${version} lists the services and describes ours`, async () => {
    const list = await askReflection(client, ALL_SERVICES, version);
    assert.ok(list.includes(SERVICE) && list.includes('grpc.health.v1.Health'));
    const described = await askReflection(client, { kind: 'symbol', text: SERVICE }, version);
    for (const word of ['FindByID', 'FindByType', 'Update', 'batchSize', 'savetime']) {
      assert.ok(described.includes(word), `${word} is described`);
    }
  });
}

test('reflection describes version 1 with what streams and all that it imports', async () => {
  assert.ok((await askReflection(client, ALL_SERVICES)).includes(V1));
  const described = await askReflection(client, { kind: 'symbol', text: V1 });
  for (const word of ['AppendMany', 'Subscribe', 'EXPECTED_STATE_NO_STREAM']) {
    assert.ok(described.includes(word), `${word} is described`);
  }
});
