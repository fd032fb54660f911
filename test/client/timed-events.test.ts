import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { TimedEvent, TimedEventRequest, Timers } from '../../src/client/index.js';
import { GrpcServer, schedulerService } from '../../src/transport/grpc/index.js';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { embeddedUnderTest } from '../conformance/embedded-under-test.js';
import type { BackendFactory } from '../conformance/event-log/index.js';
import { memoryUnderTest } from '../conformance/memory-under-test.js';
import { openGate } from '../support/open-gate.js';
import { useCasesOn } from '../wire/scheduler-use-cases.js';
import { GRPC_SETTINGS, testComponents } from '../wire/store-under-test.js';
import { clientFor, listOf } from './store-for-clients.js';

const cassandra = await cassandraForTests();
const BACKENDS: Readonly<Record<string, BackendFactory>> = {
  memory: memoryUnderTest,
  embedded: embeddedUnderTest,
  ...('skip' in cassandra ? {} : { cassandra: cassandraUnderTest(cassandra.contactPoint) }),
};
if ('skip' in cassandra) test('timed events on cassandra', { skip: cassandra.skip });

const components = testComponents();
const APPLICATION = 'shop/ü 😀';
/** Nothing fires: there is no poller. */
const DUE_MS = components.clock.nowMs() + 3_600_000;

const RETRY = {
  attempts: 7,
  firstDelayMs: 20,
  maxDelayMs: 60_000,
  doublings: 3,
  jitter: 0.25,
  maxAgeMs: 86_400_000,
};

/** Every field of a request, in one of them at least. */
const REQUESTS: readonly TimedEventRequest[] = [
  {
    application: APPLICATION,
    eventId: 'a/1',
    due: DUE_MS,
    http: {
      url: 'https://example.test/x?y=1',
      method: 'PATCH',
      headers: [
        ['X-One', '1'],
        ['x-two', 'b c'],
        ['X-One', '2'],
        ['Content-Type', 'application/json; v=2'],
      ],
      json: '{"n": 9223372036854775807 }',
    },
    retry: RETRY,
    timeoutMs: 1_234,
    retentionMs: 7_200_000,
  },
  {
    application: APPLICATION,
    eventId: 'b'.repeat(200),
    due: DUE_MS + 1,
    http: { url: 'http://example.test/', bytes: Uint8Array.of(0, 255, 1) },
  },
  {
    application: APPLICATION,
    eventId: 'ç',
    due: DUE_MS + 2,
    append: {
      stream: 'orders/ü 1',
      type: 'PaymentTimedOut',
      contentType: 'application/vnd.x+json',
      metadata: { correlationId: 'c', 'x y': '' },
      expected: 3,
      json: '[1,2 ]',
    },
    retry: { attempts: 1 },
  },
  ...(['any', 'no-stream', 'stream-exists'] as const).map((expected, index) => ({
    application: APPLICATION,
    eventId: `d${index}`,
    due: DUE_MS + 3 + index,
    append: { stream: 's', type: -5, expected },
  })),
];

for (const [name, factory] of Object.entries(BACKENDS)) {
  describe(`timed events through the client, on ${name}`, () => {
    test('every field comes back; lists, moves and stops are true', {
      timeout: 120_000,
    }, async (t) => {
      const timers = await timersOn(t, factory);
      const scheduled: TimedEvent[] = [];
      for (const request of REQUESTS) scheduled.push(await schedule(timers, request));
      await expectListed(timers, scheduled);
      await expectMovedAndStopped(timers);
    });
  });
}

async function timersOn(t: TestContext, factory: BackendFactory): Promise<Timers> {
  const underTest = await factory();
  const { backend } = underTest;
  t.after(() => underTest.cleanup());
  const opened = await useCasesOn(backend, components);
  const { scheduler, sweeps } = opened.useCases;
  const server = new GrpcServer({
    services: [schedulerService(scheduler, sweeps)],
    settings: GRPC_SETTINGS,
    components,
    gate: openGate(components),
    ready: () => true,
    drain: async () => undefined,
  });
  await server.start();
  t.after(async () => {
    await server.stop();
    await opened.close();
  });
  return clientFor(t, `127.0.0.1:${server.port}`).timers;
}

/** Answers it as `get` has it. */
async function schedule(timers: Timers, request: TimedEventRequest): Promise<TimedEvent> {
  const { application, eventId, due, http, append, retry, timeoutMs, retentionMs } = request;
  const { outcome, timedEvent } = await timers.schedule(request);
  assert.equal(outcome, 'scheduled');
  const got = (await timers.get(application, eventId)) ?? assert.fail('it is there');
  const answered = { ...got, json: undefined, bytes: undefined };
  assert.deepEqual(answered, timedEvent, 'the answer says the same, but for the content');
  assert.deepEqual([got.application, got.eventId], [application, eventId]);
  assert.deepEqual([got.status, got.dueMs, got.nextMs], ['pending', due, due]);
  assert.deepEqual(
    [got.attemptCount, got.finishedMs, got.failureReason],
    [0, undefined, undefined],
  );
  assert.deepEqual(got.retry, { ...got.retry, ...retry });
  assert.equal(got.timeoutMs, timeoutMs ?? got.timeoutMs);
  assert.equal(got.retentionMs, retentionMs ?? got.retentionMs);
  assert.equal(got.json, (http ?? append)?.json);
  if (http?.bytes) assert.deepEqual(Uint8Array.from(got.bytes ?? []), http.bytes);
  expectTarget(got, request);
  return got;
}

function expectTarget(got: TimedEvent, { http, append }: TimedEventRequest): void {
  if (http) {
    const { url, method = 'POST', headers } = http;
    assert.deepEqual([got.http?.url, got.http?.method, got.append], [url, method, undefined]);
    if (headers) assert.deepEqual(got.http?.headers, headers);
  }
  if (append) {
    const { json } = append;
    const wanted = { contentType: '', metadata: {}, ...append, json };
    assert.deepEqual({ ...got.append, json }, wanted);
    assert.equal(got.http, undefined);
  }
}

async function expectListed(timers: Timers, scheduled: readonly TimedEvent[]): Promise<void> {
  const idsOf = async (filter: Parameters<Timers['list']>[1]): Promise<string[]> =>
    (await listOf(timers.list(APPLICATION, filter))).map(({ eventId }) => eventId);
  const ids = scheduled.map(({ eventId }) => eventId);
  const listed = await listOf(timers.list(APPLICATION));
  assert.deepEqual(
    listed.map(({ eventId, generation, status, dueMs }) => [eventId, generation, status, dueMs]),
    scheduled.map(({ eventId, generation, status, dueMs }) => [eventId, generation, status, dueMs]),
  );
  const range = { dueFromMs: DUE_MS + 1, dueUntilMs: DUE_MS + 3 };
  assert.deepEqual(await idsOf(range), ids.slice(1, 3), 'from inclusive, to exclusive');
  assert.deepEqual(await idsOf({ statuses: ['completed', 'failed'] }), []);
  assert.deepEqual(await idsOf({ statuses: ['pending'] }), ids);
  assert.deepEqual(await listOf(timers.list('somebody else')), []);
}

async function expectMovedAndStopped(timers: Timers): Promise<void> {
  const [request] = REQUESTS;
  assert.ok(request);
  const { eventId } = request;
  const first = await timers.get(APPLICATION, eventId);
  await assert.rejects(timers.schedule(request), { reason: 'TIMED_EVENT_EXISTS' });
  const again = await timers.schedule({ ...request, onExists: 'ok-if-same' });
  assert.deepEqual([again.outcome, again.timedEvent.generation], ['existed', first?.generation]);
  assert.equal(await timers.reschedule(APPLICATION, eventId, DUE_MS + 9), 'done');
  const moved = await timers.get(APPLICATION, eventId);
  assert.deepEqual(
    [moved?.dueMs, moved?.nextMs, moved?.json],
    [DUE_MS + 9, DUE_MS + 9, first?.json],
  );
  const replaced = await timers.schedule({ ...request, onExists: 'replace' });
  assert.equal(replaced.outcome, 'replaced');
  assert.equal((await timers.get(APPLICATION, eventId))?.dueMs, DUE_MS);
  for (const other of REQUESTS) {
    assert.equal(await timers.cancel(APPLICATION, other.eventId), 'done');
    assert.equal(await timers.get(APPLICATION, other.eventId), undefined);
  }
  assert.deepEqual(await listOf(timers.list(APPLICATION)), []);
  await assert.rejects(timers.cancel(APPLICATION, eventId), { reason: 'NOT_FOUND' });
}
