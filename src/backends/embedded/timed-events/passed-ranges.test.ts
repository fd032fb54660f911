import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../runtime/index.js';
import { PassedRanges, type IdRange } from './passed-ranges.js';

const LETTERS = 'abcdefghij';

test('nothing passed: the gap is all that is wanted', () => {
  const passed = new PassedRanges();
  assert.deepEqual(passed.firstGap({ from: 'b', to: 'd' }), { from: 'b', to: 'd' });
  assert.equal(passed.firstGap({ from: 'b', to: 'b' }), undefined);
  assert.equal(passed.contains('b'), false);
});

test('the end of a range is not in it', () => {
  const passed = new PassedRanges();
  passed.add({ from: 'b', to: 'd' });
  assert.deepEqual(
    [...LETTERS].filter((letter) => passed.contains(letter)),
    ['b', 'c'],
  );
});

const within = ({ from, to }: IdRange): string[] =>
  [...LETTERS].filter((at) => from <= at && at < to);

/** The first letters that follow each other and are kept. */
function firstRun(letters: readonly string[], kept: ReadonlySet<string>): readonly string[] {
  const first = letters.findIndex((at) => kept.has(at));
  if (first < 0) return [];
  const rest = letters.slice(first);
  const end = rest.findIndex((at) => !kept.has(at));
  return end < 0 ? rest : rest.slice(0, end);
}

test('joined: one range, from the first to the last', () => {
  const passed = new PassedRanges();
  passed.join();
  for (const from of ['a', 'e', 'h']) passed.add({ from, to: `${from}z` });
  passed.join();
  assert.equal(passed.size, 1);
  assert.deepEqual(passed.firstPart({ from: '', to: 'z' }), { from: 'a', to: 'hz' });
});

test('random ranges: contains, gaps and parts are as if each letter were kept', () => {
  const random = seededRandom(7);
  const letter = () => LETTERS.charAt(Math.floor(random.next() * LETTERS.length));
  for (let round = 0; round < 300; round += 1) {
    const passed = new PassedRanges();
    const kept = new Set<string>();
    for (let step = 0; step < 5; step += 1) {
      const range = { from: letter(), to: letter() };
      const isAdded = random.next() < 0.7;
      if (isAdded) passed.add(range);
      else passed.remove(range);
      const change = (at: string) => (isAdded ? kept.add(at) : kept.delete(at));
      within(range).forEach(change);
      const wanted = { from: letter(), to: letter() };
      const missing = within(wanted).filter((at) => !kept.has(at));
      assert.deepEqual(
        [...LETTERS].filter((at) => passed.contains(at)),
        [...kept].sort(),
      );
      const gap = passed.firstGap(wanted);
      assert.equal(gap?.from, missing[0]);
      if (gap !== undefined) assert.ok(!kept.has(gap.from) && gap.to <= wanted.to);
      const part = passed.firstPart(wanted);
      assert.deepEqual(part === undefined ? [] : within(part), firstRun(within(wanted), kept));
    }
  }
});
