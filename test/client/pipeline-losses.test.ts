import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectBy, storeErrorOf, type Channel } from '../../src/client/index.js';
import { AppendManyRequest, AppendManyResponse } from '../../src/gen/cassadra/v1/event_store.js';
import { PassingTime } from './scripted-channel.js';

/** Loses its first call, which has asked for the next message already, as a connection does. */
class LosingChannel implements Channel {
  calls = 0;

  async unary(): Promise<Uint8Array> {
    throw new Error('no unary calls here');
  }

  async *stream(
    _path: string,
    requests: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void> {
    this.calls += 1;
    const messages = requests[Symbol.asyncIterator]();
    for (let next = await messages.next(); next.done !== true; next = await messages.next()) {
      if (this.calls === 1) {
        void messages.next();
        throw storeErrorOf('OUTCOME_UNKNOWN', 'lost');
      }
      const { appends } = AppendManyRequest.decode(Buffer.from(next.value));
      const value = { firstVersion: 1, lastVersion: 1, savetimeMs: 0n, duplicate: false };
      const results = appends.map(({ number }) => {
        return { number, result: { $case: 'appended', value } } as const;
      });
      yield AppendManyResponse.encode({ results }).finish();
    }
  }

  close(): void {
    // nothing is open
  }
}

/** Tells of the pause after a loss. */
class ToldTime extends PassingTime {
  onPause: () => void = () => undefined;

  override async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.onPause();
    await super.sleep(ms, signal);
  }
}

test('what is appended in the pause after a loss goes with the next call', async () => {
  const channel = new LosingChannel();
  const time = new ToldTime();
  const client = connectBy(channel, { time, retry: { forMs: 1_000_000_000 } });
  const pipeline = client.appendMany();
  const appends = [pipeline.append('s', { type: 'T' })];
  time.onPause = () => {
    if (channel.calls === 1 && appends.length < 3)
      appends.push(pipeline.append('t', { type: 'T' }));
  };
  await appends[0];
  await Promise.all(appends);
  assert.equal(appends.length, 3);
  // a third one would come of looking for calls that stall
  assert.equal(channel.calls, 2);
  await pipeline.close();
});
