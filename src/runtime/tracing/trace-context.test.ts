import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTraceContext } from './trace-context.js';

const [TRACE, PARENT] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const GOOD = `00-${TRACE}-${PARENT}-01`;

test('a sound trace is taken as it is', () => {
  for (const flags of ['00', '01', '03', 'ff']) {
    const traceparent = `00-${TRACE}-${PARENT}-${flags}`;
    assert.deepEqual(parseTraceContext(traceparent), { traceparent, tracestate: '' });
  }
  assert.equal(parseTraceContext(` ${GOOD} `)?.traceparent, GOOD);
});

test('of later versions, what all versions have is taken', () => {
  for (const later of [`01-${TRACE}-${PARENT}-03`, `cc-${TRACE}-${PARENT}-01-and-more`]) {
    assert.equal(parseTraceContext(later)?.traceparent, GOOD);
  }
  assert.equal(parseTraceContext(`01-${TRACE}-${PARENT}-02`)?.traceparent, `${GOOD.slice(0, -1)}0`);
});

test('a trace that is not sound is none', () => {
  const bad = [
    undefined,
    '',
    'nonsense',
    GOOD.toUpperCase(),
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `${GOOD}-more`,
    `01-${TRACE}-${PARENT}-01more`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-0g`,
    `${GOOD},${GOOD}`,
    `${GOOD}\n`.repeat(2),
    '0'.repeat(100_000),
  ];
  for (const traceparent of bad) assert.equal(parseTraceContext(traceparent, 'a=1'), undefined);
});

test('a tracestate that is not sound is left out, the trace is not', () => {
  const sound = new Map([
    ['a=1', 'a=1'],
    [' a=1 ,, b@c=2 3!', 'a=1,b@c=2 3!'],
    [Array.from({ length: 32 }, (_, index) => `k${index}=1`).join(','), undefined],
    ['', ''],
  ]);
  for (const [sent, taken] of sound) {
    assert.deepEqual(parseTraceContext(GOOD, sent), {
      traceparent: GOOD,
      tracestate: taken ?? sent,
    });
  }
  const many = Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',');
  for (const bad of ['a', 'A=1', 'a=1,a=2', 'a=é', 'a=b=c', `a=${'b'.repeat(512)}`, many]) {
    assert.deepEqual(parseTraceContext(GOOD, bad), { traceparent: GOOD, tracestate: '' }, bad);
  }
});
