import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingLines } from './waiting-lines.js';

function all(lines: WaitingLines<number>, name: string): number[] {
  const seen: number[] = [];
  lines.drain(name, (item) => {
    seen.push(item);
    return 'more';
  });
  return seen;
}

test('lets go in the order of joining, and keeps the place of who has to stay', () => {
  const lines = new WaitingLines<number>(1_000);
  for (const item of [1, 2, 3, 4]) assert.ok(lines.join('a', item));
  lines.drain('a', (item) => (item === 1 ? 'more' : 'stay'));
  assert.equal(lines.size, 3);
  lines.drain('a', () => 'stop');
  assert.deepEqual(all(lines, 'a'), [3, 4]);
  assert.equal(lines.size, 0);
  assert.deepEqual(all(lines, 'a'), []);
});

test('a line gets at most half of the room that is free, so others still get some', () => {
  const lines = new WaitingLines<number>(1_000);
  let long = 0;
  while (lines.join('long', long)) long += 1;
  assert.ok(long >= 330 && long <= 340, `${long}`);
  assert.ok(lines.join('short', 1));
});

test('one that joins its line again while it is drained is not looked at twice', () => {
  const lines = new WaitingLines<number>(1_000);
  for (const item of [1, 2]) lines.join('a', item);
  const seen: number[] = [];
  lines.drain('a', (item) => {
    seen.push(item);
    lines.join('a', item);
    return 'more';
  });
  assert.deepEqual(seen, [1, 2]);
  assert.equal(lines.size, 2);
});

test('keeps order over many joins and leaves', () => {
  const lines = new WaitingLines<number>(1_000_000);
  const out: number[] = [];
  for (let item = 0; item < 10_000; item += 1) {
    lines.join('a', item);
    lines.join('a', item + 0.5);
    lines.drain('a', (first) => {
      out.push(first);
      return 'stop';
    });
  }
  out.push(...all(lines, 'a'));
  assert.equal(out.length, 20_000);
  assert.ok(out.every((item, index) => index === 0 || item > (out[index - 1] ?? 0)));
});
