import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bucketsOf,
  parseMetrics,
  quantileOf,
  rateOf,
  sumOf,
} from '../../src/console/api/metrics-text.js';
import { bytesOf, hexDump } from '../../src/console/parts/hex-dump.js';
import { indentJson } from '../../src/console/parts/indent-json.js';

test('JSON is indented without a change of what it says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const indented = indentJson(text);
      assert.equal(indented?.replaceAll(/\n */g, '').replaceAll(/": /g, '":').length !== 0, true);
      assert.deepEqual(JSON.parse(indented ?? ''), JSON.parse(text));
    }),
  );
});

test('numbers of any size, doubled keys and empty values stay as they are written', () => {
  const text = '{"n":12345678901234567890.10,"n":[],"o":{},"t":"a,{b}:\\"c"}';
  assert.equal(
    indentJson(text),
    '{\n  "n": 12345678901234567890.10,\n  "n": [],\n  "o": {},\n  "t": "a,{b}:\\"c"\n}',
  );
  assert.equal(indentJson('{"a":'), undefined);
});

test('bytes as hex', () => {
  assert.equal(hexDump(bytesOf('AAH6QQ==')), `0000  00 01 fa 41${' '.repeat(36)}  ...A`);
  assert.equal(hexDump(new Uint8Array(17)).split('\n').length, 2);
});

const TEXT = (count: number, fast: number): string => `# HELP c x
c{outcome="a\\"b"} ${String(count)}
c{outcome="z"} 1
h_bucket{le="0.1"} ${String(fast)}
h_bucket{le="1"} ${String(fast + 4)}
h_bucket{le="+Inf"} ${String(fast + 5)}
`;

test('two readings of metrics make rates and histograms', () => {
  const [one, other] = [parseMetrics(TEXT(10, 0), 1_000), parseMetrics(TEXT(30, 5), 3_000)];
  assert.equal(sumOf(other, 'c'), 31);
  assert.equal(sumOf(other, 'c', { outcome: 'a"b' }), 30);
  assert.equal(sumOf(other, 'missing'), undefined);
  assert.equal(rateOf(one, other, 'c'), 10);
  assert.equal(rateOf(other, parseMetrics(TEXT(4, 0), 5_000), 'c', { outcome: 'a"b' }), 0);
  const buckets = bucketsOf(one, other, 'h');
  assert.deepEqual(buckets, [
    { upTo: 0.1, count: 5 },
    { upTo: 1, count: 0 },
    { upTo: Infinity, count: 0 },
  ]);
  assert.equal(quantileOf(buckets, 0.99), 0.1);
  assert.equal(quantileOf([], 0.5), undefined);
});
