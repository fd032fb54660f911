import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  Client,
  credentials,
  Metadata,
  type ClientDuplexStream,
  type ClientReadableStream,
} from '@grpc/grpc-js';
import { AppError, endOf } from '../../src/core/index.js';
import { GrpcServer, type GrpcSettings } from '../../src/transport/grpc/index.js';
import type { StreamingMethod } from '../../src/transport/grpc/index.js';
import { all, failure } from './event-store-caller.js';
import { anybodysCall, openGate } from '../support/open-gate.js';
import { GRPC_SETTINGS, testComponents } from './store-under-test.js';

const CANCELLED = 1;
const UNAVAILABLE = 14;
const KIBIBYTE = Buffer.alloc(1_024);

const same = (bytes: Buffer): Buffer => bytes;

/** A service whose methods count what is done with them. */
class Counting {
  pulled = 0;
  received = 0;
  begun = 0;
  ended: string[] = [];
  #watchers: (() => void)[] = [];

  readonly service = {
    name: 'test.Streams',
    methods: () => ({ Ping: async (request: Uint8Array) => request }),
    streams: () => ({ Pour: this.#pour, Wait: this.#wait, Take: this.#take, Hold: this.#hold }),
  };

  /** Kibibytes without an end. */
  readonly #pour: StreamingMethod = {
    kind: 'server',
    run: (_, { signal }) => this.#counted(this.#kibibytes(), signal),
  };

  /** Nothing until the call's end. */
  readonly #wait: StreamingMethod = {
    kind: 'server',
    run: (_, { signal }) => this.#counted(waitFor(signal), signal),
  };

  /** Takes one request for each answer. */
  readonly #take: StreamingMethod = {
    kind: 'bidi',
    run: (requests, { signal }) => this.#counted(this.#taken(requests), signal),
  };

  /** Takes one request, then none. */
  readonly #hold: StreamingMethod = {
    kind: 'bidi',
    run: (requests, { signal }) => this.#counted(this.#held(requests, signal), signal),
  };

  async *#held(
    requests: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    await requests[Symbol.asyncIterator]().next();
    this.received += 1;
    this.#changed();
    yield* waitFor(signal);
  }

  async *#kibibytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      this.pulled += 1;
      yield KIBIBYTE;
    }
  }

  async *#taken(requests: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const request of requests) {
      this.received += 1;
      this.#changed();
      yield request;
    }
  }

  async *#counted(
    answers: AsyncGenerator<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    this.begun += 1;
    this.#changed();
    try {
      yield* answers;
    } finally {
      this.ended.push(signal.aborted ? endOf(signal).code : 'done');
      this.#changed();
    }
  }

  /** Resolves when it is so. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #changed(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }
}

// never yields: it is ended
async function* waitFor(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  throw endOf(signal);
}

/** Calls that go there and back. */
class Ping {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Resolves when the figure has not changed during 50 calls. */
  async untilStill(figure: () => number): Promise<void> {
    for (let before = -1; before < figure(); ) {
      before = figure();
      for (let round = 0; round < 50; round += 1) await this.#once();
    }
  }

  #once(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => resolve();
      this.#client.makeUnaryRequest('/test.Streams/Ping', same, same, KIBIBYTE, done);
    });
  }
}

async function setUp(context: TestContext, settings: Partial<GrpcSettings> = {}) {
  const counting = new Counting();
  const components = testComponents();
  const server = new GrpcServer({
    services: [counting.service],
    settings: { ...GRPC_SETTINGS, ...settings },
    components,
    gate: openGate(components),
    ready: () => true,
    drain: async () => undefined,
  });
  await server.start();
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  context.after(async () => {
    client.close();
    await server.stop();
  });
  const stream = (method: string): ClientReadableStream<Buffer> =>
    client.makeServerStreamRequest(
      ...([`/test.Streams/${method}`, same, same, Buffer.alloc(0), new Metadata()] as const),
    );
  return { counting, server, client, stream, ping: new Ping(client) };
}

const ended = (stream: ClientReadableStream<Buffer>): ReturnType<typeof failure> =>
  failure(new Promise((_, reject) => stream.on('error', reject)));

test('what a caller does not read is not pulled', async (t) => {
  const { counting, ping, stream } = await setUp(t);
  const call = stream('Pour');
  // grpc-js slows a server down only once it has begun to read
  await new Promise((resolve) => call.once('data', resolve));
  call.pause();
  await ping.untilStill(() => counting.pulled);
  assert.ok(counting.pulled < 200, `${counting.pulled} KiB were pulled`);
  const end = ended(call);
  call.cancel();
  assert.equal((await end).status, CANCELLED);
});

test('requests are read one at a time, as they are taken', async (t) => {
  const { counting, client, ping } = await setUp(t);
  const big = Buffer.alloc(1_048_576);
  const send = (method: string): ClientDuplexStream<Buffer, Buffer> => {
    const path = `/test.Streams/${method}`;
    return client.makeBidiStreamRequest(path, same, same, new Metadata(), {});
  };
  const held = send('Hold');
  let sent = 0;
  for (let index = 0; index < 40; index += 1) held.write(big, () => (sent += 1));
  await counting.until(() => counting.received === 1);
  await ping.untilStill(() => sent);
  assert.ok(sent < 5, `${sent} MiB were read for a method that has taken one`);
  const end = ended(held);
  held.cancel();
  assert.equal((await end).status, CANCELLED);
  const taken = send('Take');
  for (let index = 0; index < 20; index += 1) taken.write(big);
  taken.end();
  const answers = await all<Buffer>(taken);
  assert.deepEqual(
    answers.map(({ length }) => length),
    Array(20).fill(big.length),
  );
  assert.equal(counting.ended.at(-1), 'done');
});

test('a caller that cancels ends the method', async (t) => {
  const { counting, stream } = await setUp(t);
  for (const method of ['Wait', 'Pour']) {
    const call = stream(method);
    const end = ended(call);
    const before = counting.ended.length;
    await counting.until(() => counting.begun === before + 1);
    call.cancel();
    assert.equal((await end).status, CANCELLED);
    await counting.until(() => counting.ended.length === before + 1);
    assert.equal(counting.ended.at(-1), 'CANCELLED');
  }
});

test('a stopping server tells streams at once, also those in this process', async (t) => {
  const { counting, server, stream } = await setUp(t, { shutdownGraceMs: 10_000 });
  const end = ended(stream('Wait'));
  const never = new AbortController().signal;
  const requests = (async function* () {
    yield Buffer.alloc(0);
  })();
  const local = server.invokeStream('/test.Streams/Wait', requests, anybodysCall(never));
  const localEnd = assert.rejects(local[Symbol.asyncIterator]().next(), { code: 'NOT_READY' });
  await counting.until(() => counting.begun === 2);
  const stopped = server.stop();
  const { status, details } = await end;
  assert.equal(status, UNAVAILABLE);
  assert.match(details, /NOT_READY/);
  await localEnd;
  await stopped;
  assert.deepEqual(counting.ended, ['NOT_READY', 'NOT_READY']);
});

test('a stream of a connection that is renewed ends NOT_READY; the next gets another', async (t) => {
  const settings = { connectionAgeMs: 1_000, connectionAgeGraceMs: 1_000 };
  const { counting, stream } = await setUp(t, settings);
  const { status, message } = await ended(stream('Wait'));
  assert.deepEqual([status, message], [UNAVAILABLE, 'the connection is renewed: call again']);
  const next = stream('Wait');
  const end = ended(next);
  await counting.until(() => counting.begun === 2);
  next.cancel();
  assert.equal((await end).status, CANCELLED);
});

test('in this process: the caller pulls, and its signal ends the call', async (t) => {
  const { counting, server } = await setUp(t);
  const requests = (async function* () {
    yield Buffer.of(1);
    yield Buffer.of(2);
  })();
  const caller = new AbortController();
  const answers: number[] = [];
  const taken = server.invokeStream('/test.Streams/Take', requests, anybodysCall(caller.signal));
  for await (const [byte] of taken) answers.push(byte ?? -1);
  assert.deepEqual(answers, [1, 2]);
  const waiting = server.invokeStream('/test.Streams/Wait', requests, anybodysCall(caller.signal));
  const next = waiting[Symbol.asyncIterator]().next();
  await counting.until(() => counting.begun === 2);
  caller.abort(new AppError('CANCELLED', 'enough'));
  await assert.rejects(next, { code: 'CANCELLED', message: 'enough' });
  assert.deepEqual(counting.ended, ['done', 'CANCELLED']);
  assert.throws(
    () => server.invokeStream('/test.Streams/None', requests, anybodysCall(caller.signal)),
    {
      code: 'NOT_FOUND',
    },
  );
});
