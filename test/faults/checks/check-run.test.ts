import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Draws } from '../../../src/runtime/index.js';
import { BusyHistory } from './busy-history.js';
import { checkRun } from './check-run.js';

const OPERATIONS = 200_000;
/** Of the processor; usual are two to three seconds. What grows with the square takes minutes. */
const LONGEST_MS = 15_000;

test(`${OPERATIONS} operations are checked in less than ${LONGEST_MS / 1000} s`, (t) => {
  const record = new BusyHistory(new Draws(1)).record(OPERATIONS);
  const before = process.cpuUsage();
  const { violations, figures } = checkRun(record);
  const tookMs = process.cpuUsage(before).user / 1000;
  t.diagnostic(
    `${record.lines.length} lines in ${Math.round(tookMs)} ms: ${JSON.stringify(figures)}`,
  );
  assert.deepEqual(violations, []);
  assert.ok(tookMs < LONGEST_MS, `${Math.round(tookMs)} ms`);
});

test('one line that was left out of a long history is found', () => {
  const record = new BusyHistory(new Draws(2)).record(2_000);
  const left = (kind: string) => {
    const at = record.lines.findLastIndex((line) => line.kind === kind);
    return { ...record, lines: record.lines.toSpliced(at, 1) };
  };
  const checks = (kind: string) => checkRun(left(kind)).violations.map(({ check }) => check);
  assert.deepEqual(checks('delivery'), ['missed-by-reader']);
  assert.ok(checks('append').includes('event-of-nobody'));
});
