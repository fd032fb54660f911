import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTime } from '../runtime/index.js';
import { Rates } from './rates.js';

function taken(rates: Rates, name: string, tries: number): number {
  let count = 0;
  for (let index = 0; index < tries; index += 1) if (rates.take(name)) count += 1;
  return count;
}

test('each name has its rate', () => {
  const time = new FakeTime();
  const rates = new Rates({ perSecond: 10, burst: 20 }, time);
  assert.equal(taken(rates, 'a', 100), 20);
  assert.equal(taken(rates, 'b', 5), 5);
  time.advance(1_000);
  assert.equal(taken(rates, 'a', 100), 10);
  rates.giveBack('a');
  assert.equal(taken(rates, 'a', 100), 1);
});

test('a flood of names drives out nobody who is over the rate, and what is beyond shares', () => {
  const time = new FakeTime();
  const rates = new Rates({ perSecond: 1, burst: 2 }, time);
  assert.equal(taken(rates, 'bad', 10), 2);
  let letIn = 0;
  for (let index = 0; index < 20_000; index += 1) if (rates.take(`name-${index}`)) letIn += 1;
  assert.equal(rates.take('bad'), false);
  assert.equal(letIn, 9_999 + 2);
  // who rests is forgotten, and there is room again
  time.advance(10_000);
  assert.equal(taken(rates, 'new', 10), 2);
  assert.equal(taken(rates, 'newer', 10), 2);
});
