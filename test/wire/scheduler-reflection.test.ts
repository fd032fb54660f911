import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, credentials } from '@grpc/grpc-js';
import { ALL_SERVICES, askReflection } from './ask-reflection.js';
import { hex } from './raw-caller.js';
import { serveScheduler, SERVICES, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;
let client: Client;

before(async () => {
  served = await serveScheduler();
  client = new Client(`127.0.0.1:${served.grpcPort}`, credentials.createInsecure());
});

after(async () => {
  client.close();
  await served.stop();
});

const same = (bytes: Buffer): Buffer => bytes;

test('reflection lists what this server has, and no more', async () => {
  const list = await askReflection(client, ALL_SERVICES);
  for (const service of SERVICES) assert.ok(list.includes(service), service);
  assert.ok(!list.includes('storegrpc'));
});

test('reflection describes the scheduler with all that it imports', async () => {
  const words = ['ListAttempts', 'first_delay_ms', 'google/api/annotations.proto'];
  for (const service of SERVICES) {
    const described = await askReflection(client, { kind: 'symbol', text: service });
    for (const word of words) assert.ok(described.includes(word), word);
  }
  const imported = ['google/api/annotations.proto', 'google/api/http.proto'];
  for (const text of imported) {
    const described = await askReflection(client, { kind: 'file', text });
    assert.ok(described.includes('HttpRule'), text);
  }
});

test('health knows the services of the scheduler by their names', async () => {
  for (const service of SERVICES) {
    const name = Buffer.from(service);
    const request = Buffer.concat([hex('0a'), Buffer.of(name.length), name]);
    const status = await new Promise((resolve, reject) => {
      const path = '/grpc.health.v1.Health/Check';
      client.makeUnaryRequest(path, same, same, request, (error, response) => {
        if (error === null) resolve(response?.toString('hex'));
        else reject(error);
      });
    });
    assert.equal(status, '0801', service);
  }
});
