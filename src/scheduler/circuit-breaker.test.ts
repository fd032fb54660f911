import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CircuitBreaker, FAILURES_TO_OPEN, type CallVerdict } from './circuit-breaker.js';

function after(verdicts: readonly CallVerdict[], nowMs = 0): CircuitBreaker {
  const breaker = new CircuitBreaker();
  for (const verdict of verdicts) breaker.end(verdict, false, nowMs);
  return breaker;
}

const failures = (count: number): CallVerdict[] => Array.from({ length: count }, () => 'failed');

test('opens after so many failures in a row, and not before', () => {
  assert.equal(after(failures(FAILURES_TO_OPEN - 1)).isOpen, false);
  assert.equal(after(failures(FAILURES_TO_OPEN)).isOpen, true);
});

test('a success in between starts the count anew; what says nothing does not', () => {
  const almost = failures(FAILURES_TO_OPEN - 1);
  assert.equal(after([...almost, 'ok', 'failed']).isOpen, false);
  assert.equal(after([...almost, 'none', 'failed']).isOpen, true);
});

test('probes once a second while it is open', () => {
  const breaker = after(failures(FAILURES_TO_OPEN));
  const probes = [];
  for (let nowMs = 0; nowMs <= 5_000; nowMs += 10) {
    if (!breaker.mayCall(nowMs)) continue;
    assert.equal(breaker.begin(nowMs), true);
    breaker.end('failed', true, nowMs);
    probes.push(nowMs);
  }
  assert.deepEqual(probes, [1_000, 2_000, 3_000, 4_000, 5_000]);
});

test('a probe that finds nothing out makes way for another', () => {
  const breaker = after(failures(FAILURES_TO_OPEN));
  breaker.begin(1_000);
  assert.equal(breaker.mayCall(1_010), false);
  breaker.end('none', true, 1_010);
  assert.equal(breaker.mayCall(1_010), true);
});

test('the first that waits comes in time for the probe, the others spread ever wider', () => {
  const breaker = after(failures(FAILURES_TO_OPEN));
  assert.equal(breaker.retryAtMs(100, 0.5), 1_000);
  assert.equal(breaker.retryAtMs(100, 0.5), 1_500);
  breaker.begin(20_000);
  assert.equal(breaker.retryAtMs(20_000, 0.5), 21_000);
  assert.equal(breaker.retryAtMs(20_000, 0.5), 31_000);
  breaker.begin(500_000);
  assert.equal(breaker.retryAtMs(500_000, 0.5), 501_000);
  assert.equal(breaker.retryAtMs(500_000, 0.5), 516_000);
});

test('a wall clock set back does not keep it from probing', () => {
  const breaker = after(failures(FAILURES_TO_OPEN), 3_600_000);
  assert.equal(breaker.mayCall(3_600_000), false);
  assert.equal(breaker.mayCall(0), true);
  breaker.begin(0);
  assert.equal(breaker.mayCall(10), false);
});
