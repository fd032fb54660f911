import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeCounts } from '../../src/console/app/type-counts.js';

test('rates are of the time that really passed', () => {
  const counts = new TypeCounts(0);
  for (let count = 0; count < 10; count += 1) counts.add('OrderPlaced');
  assert.deepEqual([...counts.turn(2_000)], [['OrderPlaced', 5]]);
  assert.deepEqual([...counts.turn(5_000)], [['OrderPlaced', 2]]);
});

test('what was counted before a page was hidden is forgotten', () => {
  const counts = new TypeCounts(0);
  counts.add('OrderPlaced');
  counts.turn(1_000);
  counts.add('OrderPlaced');
  assert.equal(counts.turn(60_000).size, 0);
  counts.add('OrderPaid');
  assert.deepEqual([...counts.turn(61_000)], [['OrderPaid', 1]]);
});
