import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMetrics } from '../runtime/index.js';
import { SubscriberLags } from './subscriber-lags.js';

test('bug: the lag was a millisecond when nobody waited and the clock went on between two looks', async () => {
  let nowMs = 1_000;
  const ticking = { nowMs: () => nowMs++ };
  // Each scrape is made anew.
  const hourly = { monotonicMs: () => (nowMs += 3_600_000) };
  const metrics = await openMetrics(hourly, { ofProcess: false });
  const lags = new SubscriberLags(ticking, metrics);
  const taken = lags.open(new AbortController().signal);
  assert.match(await metrics.text(), /^cassadra_subscription_lag_seconds 0$/m);
  taken.waitingMs = nowMs;
  assert.match(await metrics.text(), /^cassadra_subscription_lag_seconds 3600$/m);
});
