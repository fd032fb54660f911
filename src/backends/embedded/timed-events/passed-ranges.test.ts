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

test('random ranges: contains and gaps are as if each letter were kept', () => {
  const random = seededRandom(7);
  const letter = () => LETTERS.charAt(Math.floor(random.next() * LETTERS.length));
  for (let round = 0; round < 300; round += 1) {
    const passed = new PassedRanges();
    const kept = new Set<string>();
    for (let step = 0; step < 5; step += 1) {
      const range = { from: letter(), to: letter() };
      passed.add(range);
      for (const at of within(range)) kept.add(at);
      const wanted = { from: letter(), to: letter() };
      const missing = within(wanted).filter((at) => !kept.has(at));
      assert.deepEqual(
        [...LETTERS].filter((at) => passed.contains(at)),
        [...kept].sort(),
      );
      const gap = passed.firstGap(wanted);
      assert.equal(gap?.from, missing[0]);
      if (gap !== undefined) assert.ok(!kept.has(gap.from) && gap.to <= wanted.to);
    }
  }
});
