import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scraped } from '../../../test/support/scraped.js';
import { FakeTime } from '../fake-time.js';
import type { PrometheusMetrics } from './metrics-text.js';
import { openMetrics } from './open-metrics.js';

async function setUp(): Promise<{ metrics: PrometheusMetrics; time: FakeTime }> {
  const time = new FakeTime();
  return { metrics: await openMetrics(time, { ofProcess: false }), time };
}

test('counts and observes; series with known labels begin at 0', async () => {
  const { metrics, time } = await setUp();
  metrics.add('cassadra_appends_total', { outcome: 'appended' });
  metrics.add('cassadra_appends_total', { outcome: 'appended' }, 2);
  metrics.observe('cassadra_append_write_duration_seconds', {}, 0.004);
  const first = await scraped(metrics);
  assert.equal(first.value('cassadra_appends_total', { outcome: 'appended' }), 3);
  assert.equal(first.value('cassadra_appends_total', { outcome: 'conflict' }), 0);
  const bucket = 'cassadra_append_write_duration_seconds_bucket';
  assert.equal(first.value(bucket, { le: '0.002' }), 0);
  assert.equal(first.value(bucket, { le: '0.005' }), 1);
  assert.equal(first.kinds.get('cassadra_append_write_duration_seconds'), 'histogram');
  metrics.add('cassadra_calls_total', { transport: 'grpc', method: 'a.B/C', code: 'OK' });
  time.advance(100);
  const second = await scraped(metrics);
  assert.equal(second.value('cassadra_calls_total', { method: 'a.B/C' }), 1);
});

test('gauges are read at each scrape, put together, and gone with their readers', async () => {
  const { metrics, time } = await setUp();
  assert.equal((await scraped(metrics)).value('cassadra_subscriptions_open'), undefined);
  let value = 2;
  const ends = [
    metrics.gauge('cassadra_subscriptions_open', () => [{ labels: {}, value }]),
    metrics.gauge('cassadra_subscriptions_open', () => [{ labels: {}, value: 5 }]),
  ];
  for (const [read, sum] of [
    [2, 7],
    [3, 8],
  ] as const) {
    value = read;
    time.advance(100);
    assert.equal((await scraped(metrics)).value('cassadra_subscriptions_open'), sum);
  }
  ends[1]?.();
  time.advance(100);
  assert.equal((await scraped(metrics)).value('cassadra_subscriptions_open'), 3);
  ends[0]?.();
  time.advance(100);
  const last = await scraped(metrics);
  assert.equal(last.value('cassadra_subscriptions_open'), undefined);
  assert.equal(last.kinds.get('cassadra_subscriptions_open'), undefined);
  metrics.gauge('cassadra_subscriptions_open', () => [{ labels: {}, value: 1 }]);
  time.advance(100);
  assert.equal((await scraped(metrics)).value('cassadra_subscriptions_open'), 1);
});

test('a reader that tells nothing shows nothing, and one that throws hides no other', async () => {
  const { metrics, time } = await setUp();
  metrics.gauge('cassadra_calls_open', () => []);
  metrics.gauge('cassadra_cassandra_clock_skew_seconds', () => []);
  metrics.gauge('cassadra_ready', () => {
    throw new Error('closed');
  });
  metrics.gauge('cassadra_ready', () => [{ labels: {}, value: 1 }]);
  time.advance(100);
  const shown = await scraped(metrics);
  assert.equal(shown.value('cassadra_calls_open'), undefined);
  assert.equal(shown.value('cassadra_cassandra_clock_skew_seconds'), undefined);
  assert.equal(shown.value('cassadra_ready'), 1);
});

test('a counter that is counted elsewhere follows it', async () => {
  const { metrics, time } = await setUp();
  let fired = 1;
  metrics.counter('cassadra_timer_steps_total', () => [
    { labels: { step: 'fired' }, value: fired },
  ]);
  assert.equal((await scraped(metrics)).value('cassadra_timer_steps_total', { step: 'fired' }), 1);
  fired = 4;
  time.advance(100);
  const shown = await scraped(metrics);
  assert.equal(shown.value('cassadra_timer_steps_total', { step: 'fired' }), 4);
  assert.equal(shown.value('cassadra_timer_steps_total', { step: 'lost' }), 0);
});

test('what makes no sense is left out, and nothing throws', async () => {
  const { metrics } = await setUp();
  metrics.add('cassadra_appended_events_total', {}, Number.NaN);
  metrics.add('cassadra_appended_events_total', {}, -1);
  metrics.observe('cassadra_timer_lateness_seconds', {}, Number.NaN);
  metrics.observe('cassadra_timer_lateness_seconds', {}, -2);
  const shown = await scraped(metrics);
  assert.equal(shown.value('cassadra_appended_events_total'), 0);
  assert.equal(shown.value('cassadra_timer_lateness_seconds_count'), 1);
  assert.equal(shown.value('cassadra_timer_lateness_seconds_sum'), 0);
});

test('however many ask, a text is made ten times a second at most', async () => {
  const { metrics, time } = await setUp();
  let reads = 0;
  metrics.gauge('cassadra_ready', () => {
    reads += 1;
    return [{ labels: {}, value: 1 }];
  });
  await Promise.all(Array.from({ length: 50 }, () => metrics.text()));
  assert.equal(reads, 1);
  time.advance(100);
  await metrics.text();
  assert.equal(reads, 2);
});

test('a label can take any text', async () => {
  const { metrics } = await setUp();
  const node = 'a"b\\c\nd';
  metrics.gauge('cassadra_cassandra_connections', () => [{ labels: { node }, value: 1 }]);
  const shown = await scraped(metrics);
  const [sample] = shown.samples.filter(({ name }) => name === 'cassadra_cassandra_connections');
  assert.equal(sample?.labels['node'], 'a\\"b\\\\c\\nd');
});
