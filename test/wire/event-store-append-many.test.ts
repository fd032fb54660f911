import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import type {
  AppendManyRequest,
  AppendManyResponse,
  AppendRequest,
  NumberedResult,
} from '../../src/gen/cassadra/v1/event_store.js';
import type { Backend } from '../../src/storage/index.js';
import {
  all,
  API,
  appendRequest,
  EventStoreCaller,
  failure,
  happened,
} from './event-store-caller.js';
import { serve, testComponents } from './store-under-test.js';

const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;

const LIST = { prefix: '', includeUnnamed: false, pageSize: 1, pageToken: '' };

type Call = ClientDuplexStream<AppendManyRequest, AppendManyResponse>;

/** A memory backend whose appends wait, and that counts the appends that have reached it. */
class GatedBackend {
  readonly #inner = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
  #open: () => void = () => undefined;
  #gate = Promise.resolve();
  #typesGate = Promise.resolve();
  arrived = 0;
  #watchers: (() => void)[] = [];

  readonly backend: Backend = {
    ...this.#inner,
    eventTypes: {
      codeOf: async (name) => {
        await this.#typesGate;
        return this.#inner.eventTypes.codeOf(name);
      },
      findCode: (name) => this.#inner.eventTypes.findCode(name),
      namesOf: (codes) => this.#inner.eventTypes.namesOf(codes),
      declare: (name, code) => this.#inner.eventTypes.declare(name, code),
      reserve: (codes) => this.#inner.eventTypes.reserve(codes),
      listTypes: (after, limit) => this.#inner.eventTypes.listTypes(after, limit),
    },
    eventLog: {
      append: async (request) => {
        this.arrived += request.appends.length;
        for (const wake of this.#watchers.splice(0)) wake();
        await this.#gate;
        return this.#inner.eventLog.append(request);
      },
      readStream: (query) => this.#inner.eventLog.readStream(query),
      currentVersion: (stream) => this.#inner.eventLog.currentVersion(stream),
      readByType: (query) => this.#inner.eventLog.readByType(query),
      readAll: (query) => this.#inner.eventLog.readAll(query),
      feedEnd: () => this.#inner.eventLog.feedEnd(),
    },
  };

  /** New names get their codes only after the function that comes back has been called. */
  closeTypes(): () => void {
    let open: () => void = () => undefined;
    this.#typesGate = new Promise((resolve) => (open = resolve));
    return open;
  }

  close(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  release(): void {
    this.#open();
    this.#gate = Promise.resolve();
  }

  /** Resolves when so many appends have reached the storage. */
  async reached(count: number): Promise<void> {
    while (this.arrived < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }
}

async function setUp(context: TestContext) {
  const gated = new GatedBackend();
  const store = await serve(() => gated.backend);
  const caller = new EventStoreCaller(store.address);
  context.after(async () => {
    gated.release();
    caller.close();
    await store.stop();
  });
  return { gated, store, caller };
}

function numbered(number: number, append: AppendRequest): AppendManyRequest['appends'][number] {
  return { number: BigInt(number), append };
}

function written(call: Call, ...appends: AppendManyRequest['appends']): void {
  call.write({ appends });
}

async function results(call: Call): Promise<readonly NumberedResult[]> {
  return (await all<AppendManyResponse>(call)).flatMap((answer) => answer.results);
}

function codeOf({ result }: NumberedResult): string {
  if (result === undefined) return 'nothing';
  return result.$case === 'error' ? result.value.code : 'appended';
}

test('appends to one stream are written in their order, over messages', async (t) => {
  const { caller } = await setUp(t);
  const call = caller.duplex(API.appendMany);
  const streams = ['a', 'b', 'c'];
  let number = 0;
  for (let message = 0; message < 20; message += 1) {
    const appends = Array.from({ length: 50 }, () => {
      number += 1;
      const event = happened(String(number), {
        typeRef: { $case: 'type', value: `t${number % 7}` },
      });
      return numbered(number, appendRequest(streams[number % 3] ?? '', [event]));
    });
    written(call, ...appends);
  }
  call.end();
  const answers = await results(call);
  assert.deepEqual(new Set(answers.map((answer) => answer.number)).size, 1_000);
  assert.ok(answers.every((answer) => codeOf(answer) === 'appended'));
  for (const [index, stream] of streams.entries()) {
    const events = await caller.read(stream);
    const numbers = events.map(({ content }) => Number(content?.value));
    const expected = Array.from({ length: 1_000 }, (_, at) => at + 1);
    assert.deepEqual(
      numbers,
      expected.filter((value) => value % 3 === index),
    );
  }
});

test('an append whose type is new is not overtaken', async (t) => {
  const { gated, caller } = await setUp(t);
  await caller.append('known', happened());
  const openTypes = gated.closeTypes();
  const call = caller.duplex(API.appendMany);
  const typeRef = { $case: 'type', value: 'new' } as const;
  written(
    call,
    numbered(1, appendRequest('s', [happened('1', { typeRef })])),
    numbered(2, appendRequest('s', [happened('2')])),
  );
  call.end();
  for (let round = 0; round < 20; round += 1) await caller.send(API.listStreams, LIST);
  openTypes();
  assert.deepEqual((await results(call)).map(codeOf), ['appended', 'appended']);
  const contents = (await caller.read('s')).map(({ content }) => content?.value);
  assert.deepEqual(contents, ['1', '2']);
});

test('each append fails for itself, with what docs/errors.md names', async (t) => {
  const { caller } = await setUp(t);
  const ids = [randomUUID(), randomUUID()];
  const call = caller.duplex(API.appendMany);
  const once = appendRequest('s', [happened('1', { eventId: ids[0] ?? '' })], {
    expectedVersion: 0,
  });
  written(
    call,
    numbered(1, once),
    numbered(2, appendRequest('s', [happened('x')])),
    numbered(3, appendRequest('s', [happened('2')], { expectedVersion: 7 })),
    { number: 4n, append: undefined },
    numbered(5, appendRequest('s', [happened('3', { eventId: ids[1] ?? '' })])),
    numbered(6, once),
    numbered(-7, appendRequest('', [happened()])),
  );
  call.end();
  const answers = new Map((await results(call)).map((answer) => [Number(answer.number), answer]));
  const codes = [1, 2, 3, 4, 5, 6, -7].map((number) =>
    codeOf(answers.get(number) ?? assert.fail()),
  );
  const refused = 'INVALID_ARGUMENT';
  assert.deepEqual(codes, [
    ...['appended', refused, 'VERSION_CONFLICT', refused, 'appended', 'appended', refused],
  ]);
  const detailsOf = (number: number): unknown => {
    const result = answers.get(number)?.result;
    return result?.$case === 'error' ? result.value.details : result?.value;
  };
  assert.deepEqual(detailsOf(2), { field: 'events[0].json' });
  assert.deepEqual(detailsOf(3), { current_version: '1' });
  assert.deepEqual(detailsOf(4), { field: 'append' });
  assert.deepEqual(detailsOf(-7), { field: 'stream' });
  const repeated = answers.get(6)?.result;
  assert.ok(repeated?.$case === 'appended' && repeated.value.duplicate);
});

test('what is wrong with a message ends the call, after the answers to those before', async (t) => {
  const { caller } = await setUp(t);
  const call = caller.duplex(API.appendMany);
  const answers: NumberedResult[] = [];
  call.on('data', (answer: AppendManyResponse) => answers.push(...answer.results));
  const ended = failure(new Promise((_, reject) => call.on('error', reject)));
  const good = numbered(1, appendRequest('s', [happened()]));
  written(call, good);
  written(call, ...Array<typeof good>(1_001).fill(good));
  const { status, message } = await ended;
  assert.equal(status, INVALID_ARGUMENT);
  assert.match(message, /^appends is 1001, over the limit of 1000$/);
  assert.deepEqual(answers.map(codeOf), ['appended']);
});

test('a caller that reads nothing is not read from, and gets everything later', async (t) => {
  const { gated, caller } = await setUp(t);
  const call = caller.duplex(API.appendMany);
  const messages = 300;
  // many answers, and long ones: one of a hundred reaches the storage
  const refused = appendRequest('s', [happened('x'.repeat(100), { eventId: 'x'.repeat(400) })]);
  const good = appendRequest('s', [happened()]);
  for (let message = 0; message < messages; message += 1) {
    const appends = Array.from({ length: 100 }, (_, index) =>
      numbered(message * 100 + index, index === 0 ? good : refused),
    );
    written(call, ...appends);
  }
  call.end();
  // grpc-js slows a server down only once it has begun to read
  const first = await new Promise<AppendManyResponse>((resolve) => call.once('data', resolve));
  call.pause();
  // what the connection holds on its way is answered, too; then all stands still
  for (let before = 0; before < gated.arrived; ) {
    before = gated.arrived;
    for (let round = 0; round < 20; round += 1) await caller.send(API.listStreams, LIST);
  }
  assert.ok(gated.arrived < messages / 2, `${gated.arrived} messages were taken`);
  const answers = [...first.results, ...(await results(call))];
  assert.equal(answers.length, messages * 100);
  assert.equal(answers.filter((answer) => codeOf(answer) === 'appended').length, messages);
});

test('while the storage is slow no more than 1,000 appends are taken', async (t) => {
  const { gated, caller } = await setUp(t);
  gated.close();
  const call = caller.duplex(API.appendMany);
  for (let message = 0; message < 30; message += 1) {
    const appends = Array.from({ length: 100 }, (_, index) => {
      const number = message * 100 + index;
      return numbered(number, appendRequest(`s${number}`, [happened()]));
    });
    written(call, ...appends);
  }
  call.end();
  await gated.reached(1_000);
  for (let round = 0; round < 20; round += 1) await caller.send(API.listStreams, LIST);
  assert.equal(gated.arrived, 1_000);
  gated.release();
  assert.equal((await results(call)).length, 3_000);
});

test('when the server stops, what is in flight is answered, and the call ends NOT_READY', async (t) => {
  const { gated, store, caller } = await setUp(t);
  gated.close();
  const call = caller.duplex(API.appendMany);
  const answers: NumberedResult[] = [];
  call.on('data', (answer: AppendManyResponse) => answers.push(...answer.results));
  const ended = failure(new Promise((_, reject) => call.on('error', reject)));
  written(call, numbered(1, appendRequest('s', [happened()])));
  await gated.reached(1);
  const stopped = store.stop();
  gated.release();
  const { status, details } = await ended;
  assert.equal(status, UNAVAILABLE);
  assert.match(details, /NOT_READY/);
  assert.deepEqual(answers.map(codeOf), ['appended']);
  await stopped;
});

test('at the deadline, what is in flight is told to be unknown', async (t) => {
  const { gated, caller } = await setUp(t);
  gated.close();
  const call = caller.duplex(API.appendMany, { deadline: Date.now() + 3_000 });
  const answers: NumberedResult[] = [];
  call.on('data', (answer: AppendManyResponse) => answers.push(...answer.results));
  const ended = failure(new Promise((_, reject) => call.on('error', reject)));
  written(call, numbered(1, appendRequest('s', [happened()])));
  const { status } = await ended;
  assert.equal(status, DEADLINE_EXCEEDED);
  assert.deepEqual(answers.map(codeOf), ['OUTCOME_UNKNOWN']);
});
