import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharing } from './resolver.js';

test('a name is asked for once at a time, and anew afterwards', async () => {
  const asked: string[] = [];
  const resolve = sharing(async (hostname) => {
    asked.push(hostname);
    await Promise.resolve();
    if (hostname === 'bad') throw new Error('no');
    return [{ address: `127.0.0.${asked.length}`, family: 4 }];
  });
  const [one, two, bad, worse] = await Promise.allSettled(['a', 'a', 'bad', 'bad'].map(resolve));
  assert.deepEqual(asked, ['a', 'bad']);
  assert.deepEqual(one, two);
  assert.deepEqual([bad?.status, worse?.status], ['rejected', 'rejected']);
  assert.deepEqual(await resolve('a'), [{ address: '127.0.0.3', family: 4 }]);
});
