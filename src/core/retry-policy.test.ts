import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_RETRY, meaningOf, RETRY_AFTER_MAX_MS, retryDelayMs } from './retry-policy.js';

const delays = (policy: typeof DEFAULT_RETRY, count: number, chance = 0): number[] =>
  Array.from({ length: count }, (_, index) => retryDelayMs(policy, index + 1, chance));

test('the default waits 500 ms, doubling', () => {
  assert.deepEqual(delays(DEFAULT_RETRY, 4), [500, 1_000, 2_000, 4_000]);
});

test('doubling ends after so many doublings, and at the longest wait', () => {
  assert.deepEqual(
    delays({ ...DEFAULT_RETRY, doublings: 2 }, 5),
    [500, 1_000, 2_000, 2_000, 2_000],
  );
  assert.deepEqual(delays({ ...DEFAULT_RETRY, maxDelayMs: 1_500 }, 3), [500, 1_000, 1_500]);
  assert.equal(retryDelayMs({ ...DEFAULT_RETRY, doublings: 30 }, 100, 0), 3_600_000);
});

test('chance takes away up to the jitter, and adds nothing', () => {
  const policy = { ...DEFAULT_RETRY, jitter: 0.5 };
  assert.deepEqual(delays(policy, 2, 0), [500, 1_000]);
  assert.deepEqual(delays(policy, 2, 0.999_999), [250, 500]);
});

test('the receiver can lengthen the wait up to an hour, never shorten it', () => {
  assert.equal(retryDelayMs(DEFAULT_RETRY, 1, 0, 7_000), 7_000);
  assert.equal(retryDelayMs(DEFAULT_RETRY, 1, 0, 10), 500);
  assert.equal(retryDelayMs(DEFAULT_RETRY, 1, 0, 1e12), RETRY_AFTER_MAX_MS);
});

test('what answers mean', () => {
  for (const status of [200, 201, 204, 299]) assert.equal(meaningOf(status), 'success');
  for (const status of [408, 425, 429, 500, 503, 599]) assert.equal(meaningOf(status), 'again');
  for (const status of [100, 301, 304, 400, 404, 409, 410]) {
    assert.equal(meaningOf(status), 'final', String(status));
  }
});
