import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  AppendRequest,
  AppendResponse,
  EventStoreServiceService as V1,
  SubscribeRequest,
  SubscribeResponse,
} from '../../src/gen/cassadra/v1/event_store.js';
import {
  EventStoreServiceService as Storegrpc,
  FindByIDRequest,
  FindResponse,
} from '../../src/gen/storegrpc/grpc-store.js';
import { skipEnvoy } from './envoy-for-tests.js';
import { callFromPage } from './grpc-web-caller.js';
import { mirroredStore, untilLogged } from './mirrored-store.js';

const HERE = 'http://localhost:3000';

test('pages in browsers call through Envoy', { skip: skipEnvoy }, async (t) => {
  const { envoy, client, sink } = await mirroredStore(t);
  const { port } = envoy;

  await t.test('storegrpc: the answer of the store, and a copy for the sink', async () => {
    const id = randomUUID();
    await client.update({ id, version: 0, events: [{ type: 11, payload: '"for a page"' }] });
    const request = FindByIDRequest.encode({ id }).finish();
    const call = { port, path: Storegrpc.findById.path, request, headers: { origin: HERE } };
    const { headers, frames } = await callFromPage(call);
    assert.equal(headers.get('access-control-allow-origin'), HERE);
    assert.match(headers.get('access-control-expose-headers') ?? '', /grpc-status-details-bin/);
    const { value: message } = await frames.next();
    assert.ok(message instanceof Buffer);
    assert.equal(FindResponse.decode(message).events[0]?.payload, '"for a page"');
    assert.match(String((await frames.next()).value), /^grpc-status:\s?0/m);
    await untilLogged(sink, 2);
    assert.match(sink.output, new RegExp(`"FindByID","id":"${id}"`));
  });

  await t.test('cassadra.v1: an append, and a subscription that gets it', async () => {
    const stream = `page-${randomUUID()}`;
    const subscribe = SubscribeRequest.encode(SubscribeRequest.fromPartial({ stream })).finish();
    const { frames } = await callFromPage({ port, path: V1.subscribe.path, request: subscribe });
    const append = AppendRequest.fromPartial({
      stream,
      events: [{ typeRef: { $case: 'type', value: 'page-opened' } }],
      expectedVersion: 0,
    });
    const request = AppendRequest.encode(append).finish();
    const answer = await callFromPage({ port, path: V1.append.path, request });
    const { value: appended } = await answer.frames.next();
    assert.ok(appended instanceof Buffer);
    assert.equal(AppendResponse.decode(appended).lastVersion, 1);
    for await (const frame of frames) {
      assert.ok(frame instanceof Buffer, String(frame));
      const { message } = SubscribeResponse.decode(frame);
      if (message?.$case !== 'events') continue;
      assert.equal(message.value.events[0]?.stream, stream);
      break;
    }
  });

  await t.test('pages of this machine may send a token, and no other page may call', async () => {
    const asks = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-grpc-web,traceparent',
    };
    const preflight = (origin: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${V1.append.path}`, {
        method: 'OPTIONS',
        headers: { origin, ...asks },
      });
    const { headers } = await preflight(HERE);
    assert.equal(headers.get('access-control-allow-origin'), HERE);
    const allowed = (headers.get('access-control-allow-headers') ?? '').split(',');
    for (const name of asks['access-control-request-headers'].split(',')) {
      assert.ok(allowed.includes(name), name);
    }
    const other = await preflight('http://localhost.example.org');
    assert.equal(other.headers.get('access-control-allow-origin'), null);
  });
});
