import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { test } from 'node:test';
import { status as grpc } from '@grpc/grpc-js';
import { envoyBefore, skipEnvoy } from './envoy-for-tests.js';
import { openSession, rawCall } from './raw-call.js';
import { RecordingUpstream } from './recording-upstream.js';

const UPDATE = '/storegrpc.EventStoreService/Update';
const APPEND = '/cassadra.v1.EventStoreService/Append';
const SUBSCRIBE = '/cassadra.v1.EventStoreService/Subscribe';
const WAIT_MS = 20_000;

/** Resolves when the condition holds. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const expired = AbortSignal.timeout(WAIT_MS);
  while (!condition()) {
    assert.ok(!expired.aborted, what);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('what Envoy lets through, and to whom', { skip: skipEnvoy }, async (t) => {
  const [one, two, sink] = await Promise.all([
    RecordingUpstream.start(t),
    RecordingUpstream.start(t),
    RecordingUpstream.start(t),
  ]);
  const stores = [one, two];
  const envoy = await envoyBefore(t, { stores: [one.port, two.port], sink: sink.port });
  await envoy.untilStat('cluster.grpc-store.membership_healthy', (healthy) => healthy === 2);
  await envoy.untilStat('cluster.grpc-sink.membership_healthy', (healthy) => healthy === 1);
  const session = openSession(t, envoy.port);
  /** Calls, and tells how often the stores were called. */
  const counted = async (
    path: string,
  ): Promise<{ grpcStatus?: number | undefined; calls: number }> => {
    const before = one.calls.length + two.calls.length;
    const { grpcStatus } = await rawCall(session, path);
    return { grpcStatus, calls: one.calls.length + two.calls.length - before };
  };

  await t.test(
    'the sink gets no token, and the store no header that callers may not set',
    async () => {
      const sent = {
        authorization: 'Bearer secret',
        'cassadra-append-id': 'fade87a1-9df9-46bb-aae6-63b2b763094d',
        'x-envoy-upstream-rq-timeout-ms': '1',
        'x-forwarded-for': '203.0.113.9',
        under_score: 'dropped',
      };
      assert.equal((await rawCall(session, UPDATE, sent)).grpcStatus, grpc.OK);
      await until('the call is mirrored', () => sink.calls.length === 1);
      const [received] = [...one.calls, ...two.calls];
      const [mirrored] = sink.calls;
      assert.equal(received?.authorization, sent.authorization);
      assert.equal(received?.['x-envoy-upstream-rq-timeout-ms'], undefined);
      assert.equal(received?.['under_score'], undefined);
      // what the caller says of itself, and after it where it called from
      assert.match(String(received?.['x-forwarded-for']), /^203\.0\.113\.9,[\d.]+$/);
      assert.equal(mirrored?.authorization, undefined);
      for (const call of [received, mirrored]) {
        assert.equal(call?.['cassadra-append-id'], sent['cassadra-append-id']);
      }
    },
  );

  await t.test('of the rest nothing is mirrored, and what is unknown does not pass', async () => {
    const paths = [APPEND, SUBSCRIBE, '/cassadra.v1.SchedulerService/Get'];
    for (const path of paths) assert.deepEqual(await counted(path), { grpcStatus: 0, calls: 1 });
    const unknown = ['/other.Service/Call', '/', '/storegrpc.EventStoreService%2FUpdate'];
    for (const path of unknown) assert.equal((await counted(path)).calls, 0, path);
    assert.deepEqual(await rawCall(session, '/other.Service/Call'), {
      status: 200,
      grpcStatus: grpc.UNIMPLEMENTED,
    });
    const large = { 'x-large': 'x'.repeat(20_000) };
    const before = one.calls.length + two.calls.length;
    assert.notEqual((await rawCall(openSession(t, envoy.port), UPDATE, large)).grpcStatus, grpc.OK);
    assert.equal(one.calls.length + two.calls.length, before, 'over 16 KiB of headers');
    assert.equal(sink.calls.length, 1);
  });

  await t.test('only UNAVAILABLE is tried again, once, at the other store', async () => {
    one.status = grpc.UNAVAILABLE;
    for (let round = 0; round < 10; round += 1) {
      assert.equal((await counted(round % 2 === 0 ? UPDATE : APPEND)).grpcStatus, grpc.OK);
    }
    two.status = grpc.UNAVAILABLE;
    assert.deepEqual(await counted(UPDATE), { grpcStatus: grpc.UNAVAILABLE, calls: 2 });
    const others = [grpc.UNKNOWN, grpc.ABORTED, grpc.DEADLINE_EXCEEDED, grpc.RESOURCE_EXHAUSTED];
    for (const status of [...others, grpc.INTERNAL, grpc.CANCELLED]) {
      for (const store of stores) store.status = status;
      assert.deepEqual(await counted(UPDATE), { grpcStatus: status, calls: 1 });
      assert.deepEqual(await counted(APPEND), { grpcStatus: status, calls: 1 });
    }
    for (const store of stores) store.status = grpc.UNAVAILABLE;
    assert.equal((await counted(SUBSCRIBE)).calls, 1, 'a subscriber goes on by itself');
    // 20 failures in a row: answers of a store do not put it out of rotation
    assert.equal(await envoy.stat('cluster.grpc-store.membership_healthy'), 2);
    for (const store of stores) store.status = 0;
  });

  await t.test('who opens calls only to reset them is cut off, and nobody else', async () => {
    const bad = openSession(t, envoy.port);
    const cut = once(bad, 'close');
    for (let count = 0; count < 2_000 && !bad.destroyed; count += 1) {
      const stream = bad.request({ ':method': 'POST', ':path': UPDATE });
      stream.on('error', () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
      if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await cut;
    assert.equal(await envoy.stat('http.grpc.downstream_rq_too_many_premature_resets'), 1);
    assert.equal((await rawCall(session, APPEND)).grpcStatus, grpc.OK);
  });
});
