import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../runtime/index.js';
import { MinHeap } from './min-heap.js';

test('items come out in order, however pushes and pops are mixed', () => {
  const random = seededRandom(11);
  const heap = new MinHeap<number>((left, right) => left < right);
  const kept: number[] = [];
  for (let step = 0; step < 5_000; step += 1) {
    if (random.next() < 0.6) {
      const item = Math.floor(random.next() * 100);
      heap.push(item);
      kept.push(item);
      kept.sort((left, right) => left - right);
    } else {
      assert.equal(heap.pop(), kept.shift());
    }
    assert.equal(heap.top, kept[0]);
  }
});
