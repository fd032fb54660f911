import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../backends/memory/index.js';
import {
  ANY_VERSION,
  AppError,
  DEFAULT_LIMITS,
  NO_STREAM,
  parseTypeCode,
  parseUuid,
  requireUuid,
  type AppendTarget,
  type Limits,
  type RecordedEvent,
} from '../core/index.js';
import { FakeTime, silentLogger, systemComponents } from '../runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../scheduler/index.js';
import { createEventStore, type EventStore } from '../service/index.js';
import type { AppendOutcome, Backend } from '../storage/index.js';
import { openDescriptors } from '../transport/http/index.js';
import { overriding } from '../../test/support/overriding.js';
import { createAppendDispatcher } from './append-dispatcher.js';

const QUEUE_LIMITS = { streamAppendsMax: 2, processAppendsMax: 10, processBytesMax: 1_000_000 };
const GENERATION = requireUuid('11111111-2222-4333-8444-555555555555');
const STREAM = 'fade87a1-9df9-46bb-aae6-63b2b763094d';
const yes = (): boolean => true;

let time: FakeTime;
let backend: Backend;
/** Stands for the storage while it is set. */
let instead: (() => Promise<readonly AppendOutcome[]>) | undefined;
let store: EventStore;
let dispatcher: Dispatcher<AppendTarget>;

beforeEach(() => {
  time = new FakeTime();
  instead = undefined;
  const components = { ...systemComponents(silentLogger), clock: time, timers: time };
  backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  open();
});
afterEach(() => backend.close());

function open(limits: Limits = DEFAULT_LIMITS): void {
  const components = { ...systemComponents(silentLogger), clock: time, timers: time };
  const { eventLog } = backend;
  const wrapped = overriding(eventLog, {
    append: (request) => instead?.() ?? eventLog.append(request),
  });
  store = createEventStore({
    backend: () => overriding(backend, { eventLog: wrapped }),
    limits,
    queueLimits: QUEUE_LIMITS,
    components,
  });
  dispatcher = createAppendDispatcher(store, components);
}

function callTo(
  target: Partial<AppendTarget> = {},
  rest: Partial<OutgoingCall<AppendTarget>> = {},
): OutgoingCall<AppendTarget> {
  return {
    key: { application: 'shop', eventId: 'order-1' },
    generation: GENERATION,
    attempt: 1,
    dueMs: 0,
    target: {
      kind: 'append',
      stream: STREAM,
      type: 'Paid',
      content: 'json',
      contentType: undefined,
      metadata: undefined,
      expected: ANY_VERSION,
      ...target,
    },
    payload: Buffer.from('{"n": 1}'),
    timeoutMs: 1_000,
    ...rest,
  };
}

async function stored(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const query = { stream: requireUuid(STREAM), direction: 'forward' } as const;
  const whole = { ...query, fromVersion: undefined, limit: undefined };
  for await (const chunk of backend.eventLog.readStream(whole)) events.push(...chunk);
  return events;
}

/** Status and JSON body of an answer. */
function answerOf(result: DispatchResult): { readonly status: number; readonly body: unknown } {
  assert.ok(result.kind === 'answered', JSON.stringify(result));
  const body: unknown = JSON.parse(result.body);
  return { status: result.status, body };
}

async function codeOf(result: Promise<DispatchResult>): Promise<unknown> {
  const { status, body } = answerOf(await result);
  assert.ok(typeof body === 'object' && body !== null && 'code' in body);
  return [status, body.code];
}

/** Lets everything run that waits for no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('an append', () => {
  test('answers as AppendResponse is in JSON', async () => {
    const { status, body } = answerOf(await dispatcher.call(callTo(), yes));
    const [event] = await stored();
    const savetimeMs = String(event?.savetimeMs);
    const first = { firstVersion: 1, lastVersion: 1, savetimeMs, duplicate: false };
    assert.deepEqual([status, body], [200, first]);
    const message = openDescriptors().getMessage('cassadra.v1.AppendResponse');
    assert.ok(message);
    const response = fromJson(message, body as JsonValue);
    assert.deepEqual(toJson(message, response, { alwaysEmitImplicit: true }), body);
  });

  test('is found again by a further attempt, which writes nothing', async () => {
    for (const expected of [ANY_VERSION, NO_STREAM]) {
      await dispatcher.call(callTo({ expected }), yes);
      const { status, body } = answerOf(await dispatcher.call(callTo({ expected }), yes));
      assert.equal(status, 200);
      assert.ok(typeof body === 'object' && body !== null && 'duplicate' in body);
      assert.equal(body.duplicate, true);
    }
    assert.equal((await stored()).length, 1);
  });

  test('of a run says in its metadata which one it is; own keys win, also strange ones', async () => {
    const run = { scheduleId: 'report', nominalMs: 1_700_000_000_000, cause: 'backfill' } as const;
    await dispatcher.call(callTo({}, { run }), yes);
    const metadata = '{"__proto__":"x","cassadra-run-cause":"mine"}';
    const generation = requireUuid('11111111-2222-4333-8444-666666666666');
    await dispatcher.call(callTo({ metadata }, { run, generation }), yes);
    const common = '"cassadra-nominal-ms":"1700000000000"';
    const rest = '"cassadra-schedule-id":"report"';
    assert.deepEqual(
      (await stored()).map((event) => event.metadata),
      [
        `{${common},"cassadra-run-cause":"backfill",${rest}}`,
        `{"__proto__":"x",${common},"cassadra-run-cause":"mine",${rest}}`,
      ],
    );
  });

  test('carries the payload byte for byte, and what is said besides', async () => {
    const metadata = '{"correlationId":"7"}';
    await dispatcher.call(callTo({ metadata, contentType: 'text/x' }), yes);
    const generation = requireUuid('11111111-2222-4333-8444-555555555556');
    const payload = Uint8Array.from([0, 255, 128]);
    const type = parseTypeCode(-7) ?? 'none';
    await dispatcher.call(callTo({ content: 'bytes', type }, { generation, payload }), yes);
    const [text, bytes] = await stored();
    assert.ok(text && bytes);
    assert.deepEqual(text.content, { kind: 'text', text: '{"n": 1}' });
    assert.deepEqual([text.eventId, text.contentType], [GENERATION, 'text/x']);
    assert.equal(text.metadata, metadata);
    assert.equal(await backend.eventTypes.codeOf('Paid'), text.type);
    assert.ok(bytes.content.kind === 'bytes');
    assert.deepEqual([...bytes.content.bytes], [0, 255, 128]);
    assert.deepEqual([bytes.type, bytes.eventId, bytes.metadata], [-7, generation, undefined]);
  });
});

describe('what goes wrong is answered as over HTTP', () => {
  test('a conflict, with the current version', async () => {
    const other = parseUuid('11111111-2222-4333-8444-555555555557') ?? GENERATION;
    await dispatcher.call(callTo({}, { generation: other }), yes);
    const { status, body } = answerOf(await dispatcher.call(callTo({ expected: NO_STREAM }), yes));
    assert.equal(status, 409);
    assert.deepEqual(body, {
      error: 'optimistic locking failed',
      code: 'VERSION_CONFLICT',
      current_version: '1',
    });
    assert.equal((await stored()).length, 1);
  });

  test('what the storage says', async () => {
    instead = async () => [{ kind: 'unknown' }];
    assert.deepEqual(await codeOf(dispatcher.call(callTo(), yes)), [504, 'OUTCOME_UNKNOWN']);
    const error = new AppError('UNAVAILABLE', 'no node answers');
    instead = async () => [{ kind: 'unavailable', error }];
    assert.deepEqual(await codeOf(dispatcher.call(callTo(), yes)), [503, 'UNAVAILABLE']);
  });

  test('limits that have become lower since', async () => {
    open({ ...DEFAULT_LIMITS, payloadBytesMax: 3 });
    assert.deepEqual(await codeOf(dispatcher.call(callTo(), yes)), [400, 'LIMIT_EXCEEDED']);
  });

  test('a time-out: unknown in flight, nothing written in the queue, full behind it', async () => {
    instead = () => new Promise(() => undefined);
    const generations = [1, 2, 3].map((digit) => requireUuid(`${GENERATION.slice(0, -1)}${digit}`));
    const calls = generations.map((generation) => dispatcher.call(callTo({}, { generation }), yes));
    const [flying, waiting, refused] = calls;
    assert.ok(flying && waiting && refused);
    assert.deepEqual(await codeOf(refused), [429, 'QUEUE_FULL']);
    time.advance(1_000);
    assert.deepEqual(await codeOf(flying), [504, 'OUTCOME_UNKNOWN']);
    assert.deepEqual(await codeOf(waiting), [504, 'DEADLINE_EXCEEDED']);
  });
});

describe('nothing leaves', () => {
  test('when it may not begin, which is asked last of all', async () => {
    let known: () => void = () => undefined;
    const { eventTypes } = backend;
    const codeOfName = eventTypes.codeOf.bind(eventTypes);
    eventTypes.codeOf = async (name) => {
      await new Promise<void>((resolve) => {
        known = resolve;
      });
      return codeOfName(name);
    };
    let asked = 0;
    const result = dispatcher.call(callTo(), () => {
      asked += 1;
      return false;
    });
    await settle();
    assert.equal(asked, 0, 'not before the type is known');
    known();
    assert.deepEqual(await result, { kind: 'withdrawn' });
    assert.equal(asked, 1);
    assert.deepEqual(await stored(), []);
  });

  test('once the store drains: it is nobody’s failure', async () => {
    await store.drain(0);
    assert.deepEqual(await dispatcher.call(callTo(), yes), { kind: 'withdrawn' });
  });

  test('once it is closed; what is in flight then is in doubt', async () => {
    instead = () => new Promise(() => undefined);
    const flying = dispatcher.call(callTo(), yes);
    await settle();
    await dispatcher.close();
    assert.deepEqual(await codeOf(flying), [504, 'OUTCOME_UNKNOWN']);
    const late = await dispatcher.call(callTo(), () => assert.fail('asked'));
    assert.deepEqual(late, { kind: 'withdrawn' });
  });
});
