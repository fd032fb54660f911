import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { METRIC_CATALOGUE, projectDirectory } from '../../src/runtime/index.js';
import { knownSeries } from './known-metrics.js';
import { namesIn } from './promql-names.js';

/** The data source is chosen when the dashboard is looked at. */
const datasource = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.literal('${datasource}'),
});

const target = z.object({
  refId: z.string().regex(/^[A-Z]$/),
  datasource,
  expr: z.string().min(1),
  legendFormat: z.string(),
});

const panel = z.object({
  id: z.number(),
  type: z.enum(['row', 'stat', 'timeseries']),
  title: z.string().min(3),
  gridPos: z.strictObject({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
  datasource: datasource.optional(),
  targets: z.array(target).default([]),
});

/** The fields that Grafana needs of a dashboard that is imported. */
const dashboard = z.object({
  id: z.null(),
  uid: z.string().min(1).max(40),
  title: z.string(),
  schemaVersion: z.number().min(36),
  version: z.number(),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.string(), query: z.unknown() })),
  }),
  panels: z.array(panel),
});

const text = readFileSync(join(projectDirectory(), 'deploy/grafana/cassadra.json'), 'utf8');
const { panels, templating } = dashboard.parse(JSON.parse(text));
const series = await knownSeries();

/** Only alerts need it. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['cassadra_embedded_disk_bytes']);

/** As Grafana does before it asks. */
function expanded(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*');
}

describe('deploy/grafana/cassadra.json', () => {
  test('metrics and labels of its panels exist', () => {
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        const { metrics, labels } = namesIn(expanded(expr));
        const known = [...metrics].map((name) => {
          const found = series.get(name);
          assert.ok(found !== undefined, `${title}: ${name} is no metric of ours`);
          return found;
        });
        const shown = [...legendFormat.matchAll(/\{\{([a-z_]+)\}\}/g)].map(
          ([, label = '']) => label,
        );
        for (const label of [...labels, ...shown]) {
          const exists = known.some((each) => each.has(label));
          assert.ok(exists, `${title}: no metric of it has the label ${label}`);
        }
        if (!/\b(sum|max)\b/.test(expr)) continue;
        for (const label of shown) assert.ok(labels.has(label), `${title}: ${label} is summed up`);
      }
    }
  });

  test('each metric of the catalogue is in a panel', () => {
    const used = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => [...namesIn(expanded(expr)).metrics]),
    );
    for (const name of Object.keys(METRIC_CATALOGUE)) {
      const names = [name, `${name}_bucket`, `${name}_count`];
      const isShown = names.some((each) => used.includes(each));
      assert.ok(isShown || NOT_SHOWN.has(name), `${name} is in no panel`);
    }
  });

  test('panels stand beside each other, each with an id and a question', () => {
    const ids = panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { title, type, gridPos, targets } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      assert.equal(targets.length === 0, type === 'row', title);
      const refIds = targets.map(({ refId }) => refId);
      assert.equal(new Set(refIds).size, refIds.length, title);
    }
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length, 'no panel covers another');
  });

  test('what its questions leave open are its variables', () => {
    const names = templating.list.map(({ name }) => name);
    assert.deepEqual(names, ['datasource', 'instance']);
    for (const { targets } of panels) {
      for (const { expr } of targets) assert.ok(!/\$(?!__rate_interval|instance)/.test(expr), expr);
    }
  });
});
