import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANY_VERSION,
  AppError,
  callCancelled,
  deadlineReached,
  DEFAULT_LIMITS,
  exactVersion,
  parseTypeCode,
  requireUuid,
  type ExpectedVersion,
  type StreamAppend,
  type StreamRef,
} from '../core/index.js';
import { FakeTime, seededRandom, silentOutput, systemIds } from '../runtime/index.js';
import type { AppendOutcome, AppendRequest } from '../storage/index.js';
import { AppendQueue, type QueueLimits } from './append-queue.js';

const QUEUE_LIMITS: QueueLimits = {
  streamAppendsMax: 5,
  processAppendsMax: 8,
  processBytesMax: 1_000,
};

function uuid(number: number): ReturnType<typeof requireUuid> {
  return requireUuid(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}

const STREAM: StreamRef = { id: uuid(1), name: undefined };
const OTHER: StreamRef = { id: uuid(2), name: undefined };
const NEVER = new AbortController().signal;

function append(id: number, text = 'x', expected: ExpectedVersion = ANY_VERSION): StreamAppend {
  const type = parseTypeCode(1);
  assert.ok(type !== undefined);
  const content = { kind: 'text', text } as const;
  const event = { eventId: uuid(id), type, content, contentType: undefined, metadata: undefined };
  return { expected, events: [event], freshIds: false };
}

function appended(version: number): AppendOutcome {
  return { kind: 'appended', firstVersion: version, lastVersion: version, savetimeMs: 7 };
}

interface Flight {
  readonly request: AppendRequest;
  land(outcomes: readonly AppendOutcome[]): void;
  crash(error: Error): void;
}

/** A port whose answers the test gives, one request at a time. */
class ScriptedPort {
  readonly flights: Flight[] = [];

  readonly append = (request: AppendRequest): Promise<readonly AppendOutcome[]> =>
    new Promise((land, crash) => {
      this.flights.push({ request, land, crash });
    });

  flight(index: number): Flight {
    const flight = this.flights[index];
    assert.ok(flight !== undefined, `request ${index} has not arrived`);
    return flight;
  }

  ids(index: number): string[] {
    const { appends } = this.flight(index).request;
    return appends.map((each) => each.events.map((event) => event.eventId.slice(-2)).join('+'));
  }
}

function setUp(limits: Partial<typeof DEFAULT_LIMITS> = {}) {
  const port = new ScriptedPort();
  const time = new FakeTime();
  const queue = new AppendQueue({
    append: port.append,
    limits: { ...DEFAULT_LIMITS, ...limits },
    queueLimits: QUEUE_LIMITS,
    components: {
      clock: time,
      timers: time,
      random: seededRandom(1),
      ids: systemIds,
      ...silentOutput,
    },
  });
  return { port, time, queue };
}

/** Lets everything run that only waits for promises. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function rejects(work: Promise<unknown>, code: string): Promise<void> {
  return assert.rejects(work, (error) => error instanceof AppError && error.code === code);
}

test('one request a stream is in flight; what waits goes together, in order', async () => {
  const { port, queue } = setUp();
  const answers = [11, 12, 13].map((id) => queue.append(STREAM, append(id), NEVER));
  const other = queue.append(OTHER, append(21), NEVER);
  assert.deepEqual(port.ids(0), ['11']);
  assert.deepEqual(port.ids(1), ['21'], 'another stream does not wait');
  port.flight(0).land([appended(1)]);
  await settle();
  assert.deepEqual(port.ids(2), ['12', '13']);
  port.flight(2).land([appended(2), { kind: 'conflict', currentVersion: 2 }]);
  port.flight(1).land([appended(1)]);
  assert.deepEqual(await Promise.all(answers), [
    appended(1),
    appended(2),
    { kind: 'conflict', currentVersion: 2 },
  ]);
  assert.deepEqual(await other, appended(1));
});

test('a merged request keeps the limits of one append', async () => {
  for (const limits of [{ appendEventsMax: 2 }, { appendBytesMax: 5 }]) {
    const { port, queue } = setUp(limits);
    const answers = [1, 2, 3, 4].map((id) => queue.append(STREAM, append(id, 'ab'), NEVER));
    port.flight(0).land([appended(1)]);
    await settle();
    assert.deepEqual(port.ids(1), ['02', '03']);
    port.flight(1).land([appended(2), appended(3)]);
    await settle();
    assert.deepEqual(port.ids(2), ['04']);
    port.flight(2).land([appended(4)]);
    await Promise.all(answers);
  }
});

test('an append that is in flight or waits already is joined', async () => {
  const { port, queue } = setUp();
  const first = queue.append(STREAM, append(11), NEVER);
  const flying = queue.append(STREAM, append(11), NEVER);
  const waits = queue.append(STREAM, append(12), NEVER);
  const waiting = queue.append(STREAM, append(12), NEVER);
  port.flight(0).land([appended(1)]);
  assert.equal((await first).kind, 'appended');
  assert.deepEqual(await flying, { ...appended(1), kind: 'duplicate' });
  await settle();
  assert.deepEqual(port.ids(1), ['12']);
  port.flight(1).land([{ kind: 'conflict', currentVersion: 9 }]);
  assert.deepEqual(await waits, { kind: 'conflict', currentVersion: 9 });
  assert.deepEqual(await waiting, { kind: 'conflict', currentVersion: 9 });
});

test('other contents, expectation or ids are an append of their own', async () => {
  const { port, queue } = setUp();
  const answers = [
    append(11),
    append(11, 'other'),
    append(11, 'x', exactVersion(3)),
    { ...append(11), freshIds: true },
  ].map((each) => queue.append(STREAM, each, NEVER));
  port.flight(0).land([appended(1)]);
  await settle();
  assert.deepEqual(port.ids(1), ['11', '11', '11']);
  port.flight(1).land([appended(2), appended(3), appended(4)]);
  await Promise.all(answers);
});

for (const [code, reason] of [
  ['DEADLINE_EXCEEDED', deadlineReached()],
  ['CANCELLED', callCancelled()],
] as const) {
  test(`${code} while the append waits: it is never written`, async () => {
    const { port, queue } = setUp();
    const call = new AbortController();
    const first = queue.append(STREAM, append(11), NEVER);
    const second = queue.append(STREAM, append(12), call.signal);
    call.abort(reason);
    await rejects(second, code);
    port.flight(0).land([appended(1)]);
    await first;
    await settle();
    assert.equal(port.flights.length, 1);
    await rejects(queue.append(STREAM, append(13), call.signal), code);
  });

  test(`${code} in flight: unknown to the caller, and the stream stays held`, async () => {
    const { port, queue } = setUp();
    const call = new AbortController();
    const first = queue.append(STREAM, append(11), call.signal);
    const second = queue.append(STREAM, append(12), NEVER);
    call.abort(reason);
    assert.deepEqual(await first, { kind: 'unknown' });
    await settle();
    assert.equal(port.flights.length, 1, 'nobody passes a write that is in doubt');
    assert.equal(port.flight(0).request.signal.aborted, false);
    const retry = queue.append(STREAM, append(11), NEVER);
    port.flight(0).land([appended(1)]);
    assert.deepEqual(await retry, { ...appended(1), kind: 'duplicate' });
    await settle();
    port.flight(1).land([appended(2)]);
    assert.deepEqual(await second, appended(2));
  });
}

test('a caller that leaves an append that others wait for is told unknown', async () => {
  const { port, queue } = setUp();
  const call = new AbortController();
  const first = queue.append(STREAM, append(11), NEVER);
  const second = queue.append(STREAM, append(12), call.signal);
  const third = queue.append(STREAM, append(12), NEVER);
  call.abort(deadlineReached());
  assert.deepEqual(await second, { kind: 'unknown' });
  port.flight(0).land([appended(1)]);
  await settle();
  port.flight(1).land([appended(2)]);
  assert.deepEqual(await third, { ...appended(2), kind: 'duplicate' });
  await first;
});

test('the queue of a stream and of the process is bounded', async () => {
  const { port, queue } = setUp();
  const answers = [1, 2, 3, 4, 5].map((id) => queue.append(STREAM, append(id), NEVER));
  await rejects(queue.append(STREAM, append(6), NEVER), 'QUEUE_FULL');
  const joined = queue.append(STREAM, append(5), NEVER);
  answers.push(...[7, 8, 9].map((id) => queue.append(OTHER, append(id), NEVER)));
  await rejects(queue.append(OTHER, append(10), NEVER), 'QUEUE_FULL');
  port.flight(0).land([appended(1)]);
  await settle();
  answers.push(queue.append(OTHER, append(10), NEVER));
  port.flight(1).land([appended(1)]);
  port.flight(2).land([2, 3, 4, 5].map(appended));
  await settle();
  port.flight(3).land([2, 3, 4].map(appended));
  await Promise.all([...answers, joined]);
  const large = queue.append(STREAM, append(11, 'x'.repeat(999)), NEVER);
  await rejects(queue.append(OTHER, append(12, 'xx'), NEVER), 'QUEUE_FULL');
  port.flight(4).land([appended(6)]);
  await large;
});

test('a port that throws leaves the outcome unknown', async () => {
  const { port, queue } = setUp();
  const first = queue.append(STREAM, append(11), NEVER);
  port.flight(0).crash(new Error('boom'));
  assert.deepEqual(await first, { kind: 'unknown' });
});

test('drain answers what is there and takes nothing more', async () => {
  const { port, queue } = setUp();
  const first = queue.append(STREAM, append(11), NEVER);
  const second = queue.append(STREAM, append(12), NEVER);
  const drained = queue.drain(1_000);
  await rejects(queue.append(OTHER, append(13), NEVER), 'NOT_READY');
  port.flight(0).land([appended(1)]);
  await settle();
  port.flight(1).land([appended(2)]);
  await drained;
  assert.deepEqual(await Promise.all([first, second]), [appended(1), appended(2)]);
});

test('after the grace drain refuses what waits and ends the resolving', async () => {
  const { port, time, queue } = setUp();
  const first = queue.append(STREAM, append(11), NEVER);
  const second = queue.append(STREAM, append(12), NEVER);
  const refused = rejects(second, 'NOT_READY');
  const drained = queue.drain(1_000);
  time.advance(999);
  await settle();
  assert.equal(port.flight(0).request.signal.aborted, false);
  time.advance(1);
  await refused;
  assert.equal(port.flight(0).request.signal.aborted, true);
  port.flight(0).land([{ kind: 'unknown' }]);
  assert.deepEqual(await first, { kind: 'unknown' });
  await drained;
  assert.equal(port.flights.length, 1);
});
