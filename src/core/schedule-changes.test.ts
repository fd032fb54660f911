import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newestOf, settled, withRun, withSkip } from './schedule-changes.js';
import type { DecidedRun, Schedule } from './schedule.js';

const NOW_MS = 1_000;

const empty: Schedule = {
  key: { application: 'shop', scheduleId: 'report' },
  revision: 1,
  plan: {
    timing: { recurrence: { kind: 'interval', everyMs: 1_000, phaseMs: 0 }, jitterMs: 0 },
    overlap: 'allow',
    missed: { kind: 'skip' },
    missedAfterMs: 60_000,
    run: {
      payload: new Uint8Array(),
      target: { kind: 'http', url: 'http://receiver.test/', method: 'GET', headers: [] },
      retry: {
        attemptsMax: 1,
        firstDelayMs: 10,
        maxDelayMs: 10,
        doublings: 0,
        jitter: 0,
        maxAgeMs: undefined,
      },
      timeoutMs: 1_000,
      retentionMs: 3_600_000,
    },
  },
  createdMs: 0,
  updatedMs: 0,
  decidedMs: 0,
  armedMs: 0,
  decided: [],
  recent: [],
  skipped: [],
  counts: { made: 0, skipped: { overlap: 0, missed: 0, paused: 0, exists: 0 } },
};

function run(nominalMs: number, cause: DecidedRun['cause'] = 'schedule'): DecidedRun {
  return { eventId: `${cause} ${nominalMs}`, nominalMs, dueMs: nominalMs, cause };
}

const none: ReadonlySet<string> = new Set();

describe('skipped runs', () => {
  test('one after the other for the same reason are one line, until something else is decided', () => {
    let schedule = empty;
    for (const nominalMs of [30, 10, 20]) {
      schedule = withSkip(schedule, { reason: 'missed', nominalMs }, NOW_MS);
    }
    const line = { reason: 'missed', firstNominalMs: 10, lastNominalMs: 30 };
    assert.deepEqual(schedule.skipping, { ...line, count: 3, decidedMs: NOW_MS });
    assert.equal(schedule.counts.skipped.missed, 3);
    const other = withSkip(schedule, { reason: 'paused', nominalMs: 40 }, NOW_MS + 1);
    assert.deepEqual(other.skipped, [schedule.skipping]);
    assert.equal(other.skipping?.reason, 'paused');
    const made = withRun(schedule, run(40));
    assert.deepEqual(made.skipped, [schedule.skipping]);
    assert.equal(made.skipping, undefined);
  });
});

describe('when all that was decided is made', () => {
  test('it stands among the last runs, newest first; what was taken counts as skipped', () => {
    const backfill = {
      fromMs: 0,
      untilMs: 9,
      perSecond: 1,
      doneMs: 9,
      made: 1,
      skipped: 1,
    };
    const runs = [run(1), run(2, 'backfill'), run(3, 'backfill'), run(4)];
    const decided = runs.reduce(withRun, { ...empty, backfill });
    const done = settled(decided, new Set(['backfill 3', 'schedule 4']), NOW_MS);
    assert.deepEqual(done.decided, []);
    assert.deepEqual(done.recent, [run(2, 'backfill'), run(1)]);
    assert.equal(done.counts.made, 2);
    assert.equal(done.counts.skipped.exists, 2);
    assert.deepEqual(done.backfill, { ...backfill, made: 2, skipped: 2 });
  });

  test('ten are kept, the last one of each cause among them', () => {
    const first = settled(withRun(withRun(empty, run(1)), run(2, 'trigger')), none, NOW_MS);
    const many = Array.from({ length: 30 }, (_, place) => run(place, 'backfill'));
    const { recent } = settled(many.reduce(withRun, first), none, NOW_MS);
    assert.equal(recent.length, 10);
    assert.deepEqual(newestOf(recent, 'schedule'), run(1));
    assert.deepEqual(newestOf(recent, 'trigger'), run(2, 'trigger'));
    assert.deepEqual(newestOf(recent, 'backfill'), run(29, 'backfill'));
    assert.deepEqual(recent[7], run(22, 'backfill'));
  });
});
