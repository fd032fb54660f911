import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  METRIC_CATALOGUE,
  METRIC_SECTIONS,
  projectDirectory,
  type MetricEntry,
} from '../../src/runtime/index.js';
import { metricsPage } from './metrics-page.js';

const HOW_TO_WRITE = 'write it anew with WRITE_DOCS=1 npm test -- docs/metrics';
const UNITS = /_(seconds|bytes|ratio|total|info|timestamp_seconds)$/;
/** Gauges and histograms that count things. */
const COUNTS = /_(appends|writes|tries|open|behind|running|ready|held|shards|connections|nodes)$/;
const IN_FLIGHT = /_requests_in_flight$/;

const catalogue: readonly [string, MetricEntry][] = Object.entries(METRIC_CATALOGUE);

test('docs/metrics.md says what the catalogue says', async () => {
  const path = join(projectDirectory(), 'docs', 'metrics.md');
  if (process.env['WRITE_DOCS'] === '1') await writeFile(path, metricsPage());
  assert.equal(await readFile(path, 'utf8'), metricsPage(), HOW_TO_WRITE);
});

test('every metric is in one section, and every section in the catalogue', () => {
  const listed = METRIC_SECTIONS.flatMap(({ metrics }) => Object.keys(metrics));
  assert.deepEqual(listed.toSorted(), catalogue.map(([name]) => name).toSorted());
});

test('names end with their unit, counters with _total; helps are sentences for a table', () => {
  for (const [name, { kind, help, labels, buckets }] of catalogue) {
    assert.match(name, /^cassadra_[a-z][a-z_]*$/);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    assert.ok(UNITS.test(name) || COUNTS.test(name) || IN_FLIGHT.test(name), `${name}: no unit`);
    assert.match(help, /^[A-Z1].*[.)]$/, name);
    assert.ok(!help.includes('|') && !help.includes('\n'), name);
    assert.equal(buckets !== undefined, kind === 'histogram', name);
    const rising = buckets?.every(
      (bound, index) => index === 0 || bound > (buckets[index - 1] ?? 0),
    );
    assert.ok(rising ?? true, `${name}: buckets rise`);
    for (const label of Object.keys(labels)) assert.match(label, /^[a-z][a-z_]*$/, name);
  }
});
