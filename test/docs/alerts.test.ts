import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { ERROR_CATALOGUE } from '../../src/core/index.js';
import { projectDirectory } from '../../src/runtime/index.js';
import { readGuide } from './guide-files.js';
import { knownSeries } from './known-metrics.js';
import { anchorsOf } from './markdown.js';
import { namesIn } from './promql-names.js';

const text = z.string().min(10);
const rules = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Cassadra[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: text, description: text, runbook_url: text }),
        }),
      ),
    }),
  ),
});

const file = readFileSync(join(projectDirectory(), 'deploy/prometheus/alerts.yaml'), 'utf8');
const alerts = rules.parse(parse(file, { strict: true })).groups.flatMap((group) => group.rules);
const series = await knownSeries();

describe('deploy/prometheus/alerts.yaml', () => {
  for (const { alert, expr, annotations } of alerts) {
    test(`${alert}: its metrics, labels and values exist`, () => {
      const { metrics, labels, wanted } = namesIn(expr);
      assert.ok(metrics.size > 0, expr);
      const known = [...metrics].map((name) => {
        const found = series.get(name);
        assert.ok(found !== undefined, `${name} is no metric of ours`);
        return found;
      });
      for (const label of labels) {
        assert.ok(
          known.some((each) => each.has(label)),
          `no metric of it has the label ${label}`,
        );
      }
      for (const [label, values] of wanted) {
        const allowed = known.map((each) => each.get(label)).find((each) => each !== undefined);
        const list = label === 'code' ? ['OK', ...Object.keys(ERROR_CATALOGUE)] : allowed;
        if (list === 'any') continue;
        for (const value of values) assert.ok(list?.includes(value), `${label}="${value}"`);
      }
    });

    test(`${alert}: what its texts name is there`, () => {
      const { labels } = namesIn(expr);
      const whole = !/\b(sum|max|absent)\s*\(/.test(expr);
      const texts = `${annotations.summary} ${annotations.description}`;
      for (const [, label = ''] of texts.matchAll(/\$labels\.([a-z_]+)/g)) {
        assert.ok(whole || labels.has(label), `${label} is not a label of the result`);
      }
      const anchor = `docs/guides/runbook.md#${alert.toLowerCase()}`;
      assert.equal(annotations.runbook_url, anchor);
    });
  }

  test('no alert has the name of another', () => {
    const names = alerts.map(({ alert }) => alert);
    assert.equal(new Set(names).size, names.length);
  });

  test('the runbook says of each alert what to do, and of no other', () => {
    const guide = readGuide('runbook').text;
    const part = /^## Alerts\n([^]*?)(?=^## |(?![^]))/m.exec(guide)?.[1] ?? '';
    const sections = [...part.matchAll(/^### (.*)\n([^]*?)(?=^### |(?![^]))/gm)];
    assert.deepEqual(
      sections.map(([, name]) => name),
      alerts.map(({ alert }) => alert),
    );
    const anchors = anchorsOf(guide);
    for (const [, name = '', body = ''] of sections) {
      assert.ok(anchors.includes(name.toLowerCase()));
      assert.match(body, /^- /m, `${name}: nothing to do`);
    }
  });

  test('metrics that the runbook names exist', () => {
    const named = readGuide('runbook').text.matchAll(/\b(?:cassadra|nodejs|process)_[a-z0-9_]+\b/g);
    for (const [name] of named) {
      const known = series.has(name) || series.has(`${name}_count`);
      assert.ok(known, `${name} is no metric of ours`);
    }
  });
});
