import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../runtime/index.js';
import { DueHeap } from './due-heap.js';

test('gives out in the order of time, and only up to a time', () => {
  const heap = new DueHeap<number>();
  const random = seededRandom(5);
  const times = Array.from({ length: 1_000 }, () => Math.floor(random.next() * 200));
  for (const time of times) heap.push(time, time);
  const early: number[] = [];
  for (;;) {
    const item = heap.popUntil(99);
    if (item === undefined) break;
    early.push(item);
  }
  const sorted = [...times].sort((left, right) => left - right);
  assert.deepEqual(
    early,
    sorted.filter((time) => time <= 99),
  );
  assert.equal(heap.size, 1_000 - early.length);
  assert.ok(heap.firstMs > 99);
  while (heap.size > 0) early.push(heap.popUntil(Number.POSITIVE_INFINITY) ?? -1);
  assert.deepEqual(early, sorted);
  assert.equal(heap.firstMs, Number.POSITIVE_INFINITY);
});
