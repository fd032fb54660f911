import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bucketsOf,
  grownIn,
  nextLives,
  parseMetrics,
  quantileOf,
  rateOf,
  sumOf,
  type Life,
  type Metrics,
} from '../../src/console/api/metrics-text.js';
import { pathOf } from '../../src/console/api/http-client.js';
import { orderOf, hindranceOf, filterText } from '../../src/console/pages/failed/replay-order.js';
import { lineDifference } from '../../src/console/pages/stream/line-difference.js';
import { givenTime, typedTime } from '../../src/console/parts/field-time.js';
import { bytesOf, hexDump } from '../../src/console/parts/hex-dump.js';
import { indentJson } from '../../src/console/parts/indent-json.js';
import { zonedTime } from '../../src/console/parts/zoned-time.js';

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

test('counts go on over restarts of the server', () => {
  const reading = (cpu: number, count: number, atMs: number): Metrics =>
    parseMetrics(`process_cpu_seconds_total ${String(cpu)}\nc ${String(count)}\n`, atMs);
  const steps = [reading(5, 10, 1), reading(6, 13, 2), reading(0.5, 2, 3), reading(1, 4, 4)];
  const lives = steps.reduce<readonly Life[]>(nextLives, []);
  assert.equal(lives.length, 2);
  assert.equal(grownIn(lives, 'c'), 3 + 4);
  assert.equal(grownIn(lives, 'missing'), 0);
  assert.equal(grownIn([], 'c'), 0);
});

test('a name that a path cannot hold is refused; all others are kept', () => {
  assert.equal(pathOf`/v1/streams/${'a/../b?'}/events`, '/v1/streams/a%2F..%2Fb%3F/events');
  for (const name of ['.', '..']) {
    assert.throws(() => pathOf`/v1/streams/${name}`, /cannot be part of an address/);
  }
});

test('a given time keeps its milliseconds and its side of a repeated hour', (t) => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
  t.after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const firstPassMs = Date.parse('2026-10-25T00:10:00.789Z');
  const secondPassMs = firstPassMs + 3_600_000;
  for (const atMs of [firstPassMs, secondPassMs]) {
    assert.deepEqual(givenTime(atMs), { text: '2026-10-25T02:10:00', atMs });
  }
  assert.notEqual(zonedTime(firstPassMs), zonedTime(secondPassMs));
  assert.equal(typedTime('2026-10-25T12:00:01').atMs, Date.parse('2026-10-25T11:00:01Z'));
  assert.equal(typedTime('').atMs, undefined);
  assert.deepEqual(givenTime(9e15), { text: '', atMs: 9e15 });
});

test('a time with the offset of a zone, also of none that is known', () => {
  const [one, other] = ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'].map((text) =>
    zonedTime(Date.parse(text), 'America/New_York'),
  );
  assert.notEqual(one, other);
  assert.match(zonedTime(0, 'Nowhere/Never'), /does not know Nowhere/);
  assert.equal(zonedTime(9e15), '9000000000000000');
});

test('a replay says what it would do, and why it cannot', () => {
  const whole = (text: string): { text: string; unfinished: boolean } => ({
    ...{ text, unfinished: false },
  });
  const [noon, one] = [whole('2026-05-01T12:00:00'), whole('2026-05-01T13:00:00')];
  const fields = { application: '', from: noon, until: one, perSecond: '50' };
  assert.equal(hindranceOf(fields), undefined);
  assert.match(filterText(orderOf(fields).filter), /^of all .* from .*2026.* until .*2026/);
  assert.match(hindranceOf({ ...fields, until: noon }) ?? '', /ends before/);
  assert.match(hindranceOf({ ...fields, from: one, until: noon }) ?? '', /ends before/);
  const half = { text: '', unfinished: true };
  assert.match(hindranceOf({ ...fields, until: half }) ?? '', /not whole/);
  assert.match(hindranceOf({ ...fields, perSecond: '' }) ?? '', /rate/);
  const open = { ...fields, from: whole(''), until: whole('') };
  assert.match(hindranceOf(open) ?? '', /Choose/);
  assert.match(filterText(orderOf({ ...open, application: 'shop' }).filter), /of shop only/);
});

test('two long texts are compared in a time, and shown in part', () => {
  const lines = (count: number, name: string): string =>
    Array.from({ length: count }, (_, index) => `${name} ${String(index)}\n`).join('');
  const same = lines(20_000, 'same');
  const found = lineDifference(`${same}old\n`, `${same}new\n`);
  assert.equal(found?.same, false);
  assert.deepEqual(
    found.lines.filter(({ kind }) => kind !== 'same').map(({ kind }) => kind),
    ['folded', 'removed', 'added'],
  );
  assert.equal(lineDifference(same, same)?.same, true);
  const added = lineDifference('', lines(10_000, 'new'));
  assert.equal(added?.lines.length, 4_000);
  assert.equal(added.leftOut, 6_000);
  assert.equal(lineDifference(lines(20_000, 'old'), lines(20_000, 'new'), 1), undefined);
});
