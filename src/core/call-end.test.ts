import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { AbortRace } from './abort-race.js';
import { AppError } from './app-error.js';
import { deadlineReached, untilEnd, untilEndOfEach } from './call-end.js';

const late = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'DEADLINE_EXCEEDED';

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

test('work that is done leaves no listener behind, however it ends', async () => {
  const { signal } = new AbortController();
  assert.equal(await untilEnd(Promise.resolve(1), signal), 1);
  await assert.rejects(untilEnd(Promise.reject(new Error('broken')), signal), /broken/);
  assert.equal(listeners(signal), 0);
});

test('work ends with the call, whose reason is thrown', async () => {
  const call = new AbortController();
  const waiting = untilEnd(new Promise<never>(() => undefined), call.signal);
  call.abort(deadlineReached());
  await assert.rejects(waiting, late);
  await assert.rejects(untilEnd(Promise.resolve(1), call.signal), late);
});

test('chunks are awaited with one listener, which goes with the last', async () => {
  const { signal } = new AbortController();
  async function* numbers(): AsyncGenerator<number> {
    for (const number of [1, 2, 3]) {
      assert.equal(listeners(signal), 1);
      yield number;
    }
  }
  const seen: number[] = [];
  for await (const number of untilEndOfEach(numbers(), signal)) seen.push(number);
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(listeners(signal), 0);
});

test('a call that ends while a chunk is awaited, or between two, is thrown', async () => {
  for (const isBetween of [false, true]) {
    const call = new AbortController();
    async function* once(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const chunks = untilEndOfEach(once(), call.signal);
    assert.deepEqual(await chunks.next(), { done: false, value: 1 });
    if (isBetween) call.abort(deadlineReached());
    const next = chunks.next();
    call.abort(deadlineReached());
    await assert.rejects(next, late);
    assert.equal(listeners(call.signal), 0);
  }
});

test('many watch one signal with one listener', () => {
  const race = new AbortRace();
  const call = new AbortController();
  const ended: string[] = [];
  const watch = (name: string) => race.watch(call.signal, () => ended.push(name));
  watch('first');
  const stop = watch('stopped');
  watch('last');
  stop();
  assert.equal(listeners(call.signal), 1);
  call.abort();
  assert.deepEqual(ended, ['first', 'last']);
});
