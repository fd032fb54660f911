import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine } from './history/operation.js';
import { append, READER, REFUSED, run, timer } from './checks/made-history.js';
import { checkRun } from './checks/check-run.js';
import { belowFloor } from './floor.js';
import { CountedRecord } from './workload/counted-record.js';

const ENOUGH = Object.entries({
  ...{ 'append v1 ok': 10, 'append v1 refused': 80, 'append storegrpc ok': 1 },
  ...{ 'append v1 conflict': 1, 'append storegrpc conflict': 1, 'read v1': 1 },
  ...{ 'read storegrpc': 1, 'timer-add done': 1, 'timer-cancel done': 1, callback: 1 },
  'delivery to reader': 100,
});
const FIGURES = { 'events delivered': 100, 'missed: for a reason': 20 };
const readers = [READER];

test('bug: a run in which servers refused everything passed', () => {
  const lines: HistoryLine[] = [
    append('a', [0, 1], REFUSED),
    append('b', [2, 3], REFUSED, { api: 'storegrpc' }),
    timer('timer-add', [0, 10], REFUSED),
  ];
  const { violations, figures } = checkRun({ ...run([], ...lines), readers });
  assert.deepEqual(violations, []);
  const counted = new CountedRecord(() => undefined);
  for (const line of lines) counted.add(line);
  const problems = belowFloor({ counts: counted.counts, readers }, figures);
  assert.ok(problems.includes('no "append v1 ok" at all'));
  assert.ok(problems.includes('append: only 0 of 2 tries were acknowledged'));
  assert.ok(problems.includes('timer-add: only 0 of 1 tries were acknowledged'));
  assert.ok(problems.includes('no "delivery to reader" at all'));
});

test('each kind of operation must have happened, and enough of them well', () => {
  const counts = new Map(ENOUGH);
  assert.deepEqual(belowFloor({ counts, readers }, FIGURES), []);
  for (const [kind] of ENOUGH.filter(([name]) => !name.endsWith('refused'))) {
    const fewer = new Map(counts);
    fewer.delete(kind);
    assert.ok(belowFloor({ counts: fewer, readers }, FIGURES).length > 0, kind);
  }
  const refused = new Map(ENOUGH).set('append v1 refused', 200);
  assert.equal(belowFloor({ counts: refused, readers }, FIGURES).length, 1);
});

test('what readers may miss has a ceiling, whatever excuses it', () => {
  const counts = new Map(ENOUGH);
  const many = { ...FIGURES, 'missed: for another': 1 };
  assert.equal(belowFloor({ counts, readers }, many).length, 1);
});
