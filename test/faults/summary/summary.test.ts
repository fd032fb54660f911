import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasPassed, verdictText, type Verdict } from '../verdict.js';
import { addToSummary } from './summary.js';

const VERDICT: Verdict = {
  world: 'embedded',
  seed: 7,
  startedAt: '2026-01-02T03:04:05.678Z',
  commit: 'abc1234',
  faultSeconds: 1_800,
  totalSeconds: 3_600,
  operations: { 'append ok': 900, 'append unknown': 10 },
  faults: { 'kill-server': 3 },
  pairs: 1,
  scenarios: 2,
  missing: {},
  figures: { 'appends acknowledged': 900, 'worst lateness ms': 40 },
  violations: [],
  troubles: [],
};

test('a summary adds up what adds up and keeps the worst of the rest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-summary-'));
  try {
    const file = join(folder, 'proof', 'runs.md');
    await addToSummary(file, VERDICT);
    const lost = { check: 'lost-append', what: 'x' };
    const figures = { 'appends acknowledged': 100, 'worst lateness ms': 30 };
    await addToSummary(file, { ...VERDICT, seed: 8, figures, violations: [lost] });
    const text = await readFile(file, 'utf8');
    for (const row of [
      '| runs | 2, 1 passed |',
      '| hours of faults | 1.00 |',
      '| operations | 1820 |',
      '| append ok | 1800 |',
      '| kill-server | 6 |',
      '| appends acknowledged | 1000 |',
      '| worst lateness ms | 40 |',
      '| precise scenarios played | 4 |',
      '| violations | 1 |',
    ]) {
      assert.ok(text.includes(row), `${row} is not in\n${text}`);
    }
    assert.match(text, /\| 8 \|.*FAIL \|/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a verdict fails by a violation and by a trouble, and says so', () => {
  assert.ok(hasPassed(VERDICT));
  assert.match(verdictText(VERDICT), /verdict: PASS, 0 violations$/);
  const troubled = { ...VERDICT, troubles: ['kill-node never fired'] };
  assert.ok(!hasPassed(troubled));
  assert.match(verdictText(troubled), /TROUBLE kill-node never fired\nverdict: FAIL/);
  const violations = Array.from({ length: 30 }, () => ({ check: 'lost-append', what: 'x' }));
  assert.match(verdictText({ ...VERDICT, violations }), /5 more violations\nverdict: FAIL, 30/);
});
