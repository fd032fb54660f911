import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FetchSize, LargestRow } from './fetch-size.js';

const KIB = 1_024;
const MIB = KIB * KIB;

test('small rows are asked for more and more, to a limit', () => {
  const fetchSize = new FetchSize({ largest: new LargestRow() });
  const asked = Array.from({ length: 5 }, () => {
    const { rows } = fetchSize;
    fetchSize.seen(rows, rows * 100);
    return rows;
  });
  assert.deepEqual(asked, [16, 64, 256, 512, 512]);
});

test('as many as are wanted in all, and an empty page teaches nothing', () => {
  const fetchSize = new FetchSize({ largest: new LargestRow(), bytesAim: 10 * KIB });
  fetchSize.seen(16, 16 * KIB);
  assert.equal(fetchSize.rows, 10);
  fetchSize.seen(0, 0);
  assert.equal(fetchSize.rows, 10);
});

test('one large row that was met anywhere bounds every answer', () => {
  const largest = new LargestRow();
  const [alone, sharing] = [new FetchSize({ largest }), new FetchSize({ largest, sharers: 4 })];
  largest.see(MIB);
  for (let page = 0; page < 5; page += 1) {
    alone.seen(1_000, 1_000);
    sharing.seen(1_000, 1_000);
  }
  assert.deepEqual([alone.rows, sharing.rows], [128, 32]);
  assert.equal(new FetchSize({ largest }).rows, 16);
  assert.equal(new FetchSize({ largest, rowBytes: 100 }).rows, 128);
});

test('what such rows had before says how many to begin with', () => {
  const largest = new LargestRow();
  const first = (rowBytes: number) => new FetchSize({ largest, bytesAim: 10_000, rowBytes }).rows;
  assert.deepEqual([100, 1, 0, 50_000].map(first), [100, 512, 512, 1]);
});

test('where rows are known to be small the first page is larger', () => {
  const largest = new LargestRow();
  largest.see(KIB);
  assert.equal(new FetchSize({ largest }).rows, 128);
});

test('two pages at once, unless they may be too large together', () => {
  const largest = new LargestRow();
  const fetchSize = new FetchSize({ largest });
  const seen = (bytes: number): readonly number[] => {
    largest.see(bytes);
    for (let page = 0; page < 5; page += 1) fetchSize.seen(1_000, 1_000);
    return [fetchSize.rows, fetchSize.pagesAtOnce];
  };
  const sizes = [KIB, 128 * KIB, 129 * KIB, 300 * KIB, MIB].map(seen);
  assert.deepEqual(
    sizes.map(([rows]) => rows),
    [512, 512, 512, 436, 128],
  );
  assert.deepEqual(
    sizes.map(([, pages]) => pages),
    [2, 2, 1, 1, 1],
  );
});
