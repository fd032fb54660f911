import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharing, type ResolvedAddress } from './resolver.js';

const never = new AbortController().signal;

test('a name is asked for once at a time, and anew afterwards', async () => {
  const asked: string[] = [];
  const resolve = sharing(async (hostname) => {
    asked.push(hostname);
    await Promise.resolve();
    if (hostname === 'bad') throw new Error('no');
    return [{ address: `127.0.0.${asked.length}`, family: 4 }];
  });
  const names = ['a', 'a', 'bad', 'bad'];
  const answers = await Promise.allSettled(names.map((name) => resolve(name, never)));
  const [one, two, bad, worse] = answers;
  assert.deepEqual(asked, ['a', 'bad']);
  assert.deepEqual(one, two);
  assert.deepEqual([bad?.status, worse?.status], ['rejected', 'rejected']);
  assert.deepEqual(await resolve('a', never), [{ address: '127.0.0.3', family: 4 }]);
});

test('a look-up is stopped when nobody waits for it any more, and not before', async () => {
  const signals: AbortSignal[] = [];
  const resolve = sharing((_hostname, signal) => {
    signals.push(signal);
    return new Promise<ResolvedAddress[]>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  });
  const [first, second] = [new AbortController(), new AbortController()];
  const dials = [first, first, second].map(({ signal }) => resolve('slow', signal));
  first.abort();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
  );
  second.abort();
  dials.push(resolve('slow', first.signal), resolve('slow', AbortSignal.abort()));
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, true],
  );
  for (const { status } of await Promise.allSettled(dials)) assert.equal(status, 'rejected');
});
