import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppendManyRequest, AppendManyResponse } from '../../src/gen/cassadra/v1/event_store.js';
import {
  connectBy,
  storeErrorOf,
  type AppendPipeline,
  type Channel,
} from '../../src/client/index.js';
import { clientFor, listOf, storeFor } from './store-for-clients.js';
import { PassingTime } from './scripted-channel.js';

type Results = AppendManyResponse['results'];

/** Answers each message as the test says; throws to lose the connection. */
class ScriptedAppendMany implements Channel {
  /** Streams of the appends of each message. */
  readonly messages: string[][] = [];
  calls = 0;
  readonly #answer: (request: AppendManyRequest, message: number) => Results;

  constructor(answer: (request: AppendManyRequest, message: number) => Results) {
    this.#answer = answer;
  }

  async unary(): Promise<Uint8Array> {
    throw new Error('no unary calls here');
  }

  async *stream(
    _path: string,
    requests: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void> {
    this.calls += 1;
    for await (const bytes of requests) {
      const request = AppendManyRequest.decode(Buffer.from(bytes));
      this.messages.push(request.appends.map(({ append }) => append?.stream ?? ''));
      const results = this.#answer(request, this.messages.length);
      yield AppendManyResponse.encode({ results }).finish();
    }
  }

  close(): void {
    // nothing is open
  }
}

/** In a time in which pauses are over at once, and patience is not. */
function pipelineOn(channel: Channel): AppendPipeline {
  const retry = { forMs: 1_000_000_000 };
  return connectBy(channel, { time: new PassingTime(), retry }).appendMany();
}

const appended = (request: AppendManyRequest): Results =>
  request.appends.map(({ number }) => {
    const value = { firstVersion: 1, lastVersion: 1, savetimeMs: 0n, duplicate: false };
    return { number, result: { $case: 'appended', value } };
  });

const refused = (request: AppendManyRequest, codes: readonly string[]): Results =>
  request.appends.map(({ number }, index) => {
    const code = codes[index] ?? 'INTERNAL';
    return { number, result: { $case: 'error', value: { code, message: 'no', details: {} } } };
  });

test('appends of one moment go together; many of one stream wait for each other', async () => {
  const channel = new ScriptedAppendMany(appended);
  const pipeline = pipelineOn(channel);
  const events = Array.from({ length: 200 }, () => ({ type: 'T' }));
  const appends = ['s', 's', 's', 't', 's'].map((stream) => pipeline.append(stream, events));
  const exact = [0, 1, 2].map((expected) => pipeline.append('u', events, { expected }));
  await Promise.all([...appends, ...exact]);
  assert.deepEqual(channel.messages, [
    ['s', 's', 't', 'u', 'u', 'u'],
    ['s', 's'],
  ]);
  await pipeline.close();
  await assert.rejects(pipeline.append('s', events), { reason: 'CLIENT_CLOSED' });
});

test('a conflict behind an append that is sent again is not believed', async () => {
  const channel = new ScriptedAppendMany((request, message) =>
    message === 1
      ? refused(request, ['QUEUE_FULL', 'VERSION_CONFLICT', 'VERSION_CONFLICT'])
      : appended(request),
  );
  const pipeline = pipelineOn(channel);
  const first = pipeline.append('s', { type: 'T' }, { expected: 0 });
  const second = pipeline.append('s', { type: 'T' }, { expected: 1 });
  const other = pipeline.append('t', { type: 'T' }, { expected: 1 });
  await assert.rejects(other, { reason: 'VERSION_CONFLICT' });
  await Promise.all([first, second]);
  const again = channel.messages.slice(1).flat();
  assert.deepEqual(again, ['s', 's']);
  await pipeline.close();
});

test('a call that cannot succeed fails all appends; one that is lost is made again', async () => {
  const denied = new ScriptedAppendMany(() => {
    throw storeErrorOf('UNAUTHENTICATED', 'no token');
  });
  const failing = pipelineOn(denied);
  await assert.rejects(failing.append('s', { type: 'T' }));
  await failing.close();
  const lossy = new ScriptedAppendMany((request, message) => {
    if (message < 4) throw storeErrorOf('OUTCOME_UNKNOWN', 'lost');
    return message === 4 ? refused(request, ['LIMIT_EXCEEDED']) : appended(request);
  });
  const pipeline = pipelineOn(lossy);
  // an earlier try may have been written: a refusal does not say that it was not
  await assert.rejects(pipeline.append('s', { type: 'T' }), { reason: 'OUTCOME_UNKNOWN' });
  await pipeline.append('s', { type: 'T' });
  assert.equal(lossy.calls, 4);
  await pipeline.close();
});

test('an append that gets no answer is given up in time', async () => {
  const channel = new ScriptedAppendMany(() => []);
  const time = new PassingTime();
  const pipeline = connectBy(channel, { time, retry: { forMs: 10_000 } }).appendMany();
  await assert.rejects(pipeline.append('s', { type: 'T' }), { reason: 'OUTCOME_UNKNOWN' });
  assert.ok(time.monotonicMs() >= 15_000);
  await pipeline.close();
});

test('appends of one stream keep their order, and room is waited for', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const pipeline = client.appendMany({ maxInFlight: 100 });
  const appends: Promise<unknown>[] = [];
  for (let index = 0; index < 2_000; index += 1) {
    await pipeline.ready();
    const stream = `s${index % 3}`;
    appends.push(pipeline.append(stream, { type: 'T', data: index }));
  }
  await pipeline.close();
  await Promise.all(appends);
  for (const rest of [0, 1, 2]) {
    const data = (await listOf(client.read(`s${rest}`))).map((event) => Number(event.data));
    assert.deepEqual(
      data,
      [...data].sort((a, b) => a - b),
    );
    assert.equal(data.length, rest === 2 ? 666 : 667);
  }
});
