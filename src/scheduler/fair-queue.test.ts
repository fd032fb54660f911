import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FairQueue } from './fair-queue.js';

const WEIGHTS = new Map([
  ['low', 1],
  ['normal', 4],
  ['high', 16],
]);
const queue = (): FairQueue<string> => new FairQueue((name) => WEIGHTS.get(name) ?? 4);

function take(from: FairQueue<string>, count: number): (string | undefined)[] {
  return Array.from({ length: count }, () => from.shift());
}

describe('a queue with turns', () => {
  test('one application: by time, and in order of coming where it is the same', () => {
    const fair = queue();
    fair.push('a', 5, 'later');
    fair.push('a', 1, 'first');
    fair.push('a', 5, 'last');
    assert.equal(fair.first, 'first');
    assert.deepEqual(take(fair, 4), ['first', 'later', 'last', undefined]);
    assert.equal(fair.size, 0);
  });

  test('who comes to 1,000 others is second', () => {
    const fair = queue();
    for (let index = 0; index < 1_000; index += 1) fair.push('a', index, 'a');
    take(fair, 500);
    fair.push('b', 9_999, 'b');
    assert.ok(take(fair, 2).includes('b'));
  });

  test('turns are in proportion to weights', () => {
    const fair = queue();
    for (const name of WEIGHTS.keys()) {
      for (let index = 0; index < 1_000; index += 1) fair.push(name, index, name);
    }
    const served = take(fair, 210);
    const count = (name: string): number => served.filter((item) => item === name).length;
    assert.ok(Math.abs(count('high') - 160) <= 2, `${count('high')}`);
    assert.ok(Math.abs(count('normal') - 40) <= 2, `${count('normal')}`);
    assert.ok(Math.abs(count('low') - 10) <= 2, `${count('low')}`);
  });

  test('who never has more than one waiting gets no more than its part', () => {
    const fair = queue();
    for (let index = 0; index < 1_000; index += 1) fair.push('a', index, 'a');
    let served = 0;
    for (let turn = 0; turn < 400; turn += 1) {
      if (fair.sizeOf('b') === 0) fair.push('b', turn, 'b');
      if (fair.shift() === 'b') served += 1;
    }
    assert.ok(served >= 198 && served <= 202, `${served} of 400`);
  });

  test('nobody saves up turns by having had nothing', () => {
    const fair = queue();
    for (let index = 0; index < 2_000; index += 1) fair.push('a', index, 'a');
    take(fair, 1_000);
    for (let index = 0; index < 100; index += 1) fair.push('b', index, 'b');
    const served = take(fair, 100).filter((item) => item === 'b').length;
    assert.ok(served <= 51, `${served} of 100`);
  });
});
