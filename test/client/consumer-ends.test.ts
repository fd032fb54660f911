import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connectBy,
  consume,
  MemoryCheckpoints,
  storeErrorOf,
  StreamCheckpoints,
  type Channel,
  type ConsumeOptions,
} from '../../src/client/index.js';
import { PassingTime } from './scripted-channel.js';

/** Waits for ever, or refuses. */
class SilentChannel implements Channel {
  called: () => void = () => undefined;
  readonly #refusal: Error | undefined;

  constructor(refusal?: Error) {
    this.#refusal = refusal;
  }

  async unary(): Promise<Uint8Array> {
    throw new Error('no unary calls here');
  }

  async *stream(
    _path: string,
    _requests: AsyncIterable<Uint8Array>,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncGenerator<Uint8Array, void> {
    this.called();
    if (this.#refusal !== undefined) throw this.#refusal;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    yield* [];
    throw new Error('ended');
  }

  close(): void {
    // nothing is open
  }
}

function optionsOn(
  channel: Channel,
): Omit<ConsumeOptions, 'store'> & { store: ReturnType<typeof connectBy> } {
  const time = new PassingTime();
  const store = connectBy(channel, { time });
  const checkpoints = new MemoryCheckpoints();
  return { name: 'r', store, source: { all: true }, checkpoints, handler: () => undefined, time };
}

test('a consumer ends when its client is closed', async () => {
  const channel = new SilentChannel();
  const called = new Promise<void>((resolve) => (channel.called = resolve));
  const options = optionsOn(channel);
  const consumer = consume(options);
  await consumer.start();
  await called;
  await options.store.close();
  await assert.rejects(consumer.finished(), { reason: 'CLIENT_CLOSED' });
});

test('a consumer ends when the storage cannot give what it follows', async () => {
  const consumer = consume(optionsOn(new SilentChannel(storeErrorOf('NOT_SUPPORTED', 'no order'))));
  await consumer.start();
  await assert.rejects(consumer.finished(), { reason: 'NOT_SUPPORTED' });
});

test('a reader of all events does not keep its place among them', () => {
  const options = optionsOn(new SilentChannel());
  const checkpoints = new StreamCheckpoints(options.store);
  assert.throws(() => consume({ ...options, checkpoints }), { details: { field: 'checkpoints' } });
});
