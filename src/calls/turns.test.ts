import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.js';

test('so many go on in a turn of the event loop, in their order', async () => {
  const turns = new Turns(3);
  const begun: number[] = [];
  const all = Array.from({ length: 10 }, async (_, index) => {
    await turns.next();
    begun.push(index);
  });
  const counts: number[] = [];
  while (begun.length < 10) {
    // all that needs no other turn
    for (let index = 0; index < 100; index += 1) await Promise.resolve();
    counts.push(begun.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(counts, [3, 6, 9]);
});
