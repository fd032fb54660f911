import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingLines, type Waiting } from './waiting-lines.js';

const of = (application: string, atMs: number): Waiting => ({ application, atMs });
const lines = (max: number): WaitingLines<Waiting> => new WaitingLines(max, () => 1);

function all(waiting: WaitingLines<Waiting>, name: string): Waiting[] {
  const seen: Waiting[] = [];
  waiting.drain(name, (item) => {
    seen.push(item);
    return 'more';
  });
  return seen;
}
const times = (items: readonly Waiting[]): number[] => items.map(({ atMs }) => atMs);

test('lets go in the order of times, and keeps the place of who has to stay', () => {
  const waiting = lines(1_000);
  for (const atMs of [1, 2, 4, 3]) assert.ok(waiting.join('a', of('app', atMs)));
  waiting.drain('a', ({ atMs }) => (atMs === 1 ? 'more' : 'stay'));
  assert.equal(waiting.size, 3);
  assert.equal(waiting.lengthOf('a'), 3);
  waiting.drain('a', () => 'stop');
  assert.deepEqual(times(all(waiting, 'a')), [3, 4]);
  assert.equal(waiting.size, 0);
  assert.equal(waiting.lengthOf('a'), 0);
  assert.deepEqual(all(waiting, 'a'), []);
});

test('a line gets at most half of the room that is free, so others still get some', () => {
  const waiting = lines(1_000);
  let long = 0;
  while (waiting.join('long', of('app', long))) long += 1;
  assert.ok(long >= 330 && long <= 340, `${long}`);
  assert.ok(waiting.join('short', of('app', 1)));
});

test('many of one application keep no other out of their line, nor behind them', () => {
  const waiting = lines(1_000);
  while (waiting.join('line', of('many', 1)));
  assert.ok(waiting.join('line', of('few', 2)));
  const seen = all(waiting, 'line').map(({ application }) => application);
  assert.ok(seen.indexOf('few') <= 1, `${seen.indexOf('few')}`);
});

test('keeps order over many joins and leaves', () => {
  const waiting = lines(1_000_000);
  const out: Waiting[] = [];
  for (let atMs = 0; atMs < 10_000; atMs += 1) {
    waiting.join('a', of('app', atMs));
    waiting.join('a', of('app', atMs + 0.5));
    waiting.drain('a', (first) => {
      out.push(first);
      return 'stop';
    });
  }
  out.push(...all(waiting, 'a'));
  assert.equal(out.length, 20_000);
  assert.ok(
    times(out).every(
      (atMs, index) => index === 0 || atMs > (times(out.slice(index - 1, index))[0] ?? 0),
    ),
  );
});
