import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, type Recurrence, type ScheduleTiming } from '../../core/index.js';
import { comingRuns } from './coming-runs.js';
import { nextNominal } from './nominal-times.js';
import { requireRecurrence } from './require-recurrence.js';

const KEY = { application: 'shop', scheduleId: 'report' };

function cron(expression: string, timeZone = 'UTC'): Recurrence {
  return { kind: 'cron', expression, timeZone };
}

function interval(everyMs: number, phaseMs = 0): Recurrence {
  return { kind: 'interval', everyMs, phaseMs };
}

const iso = (ms: number | undefined): string =>
  ms === undefined ? '' : new Date(ms).toISOString();

describe('an interval', () => {
  test('has its phase, and every time after it', () => {
    assert.equal(nextNominal(interval(10_000, 3_000), -5), 3_000);
    assert.equal(nextNominal(interval(10_000, 3_000), 2_999), 3_000);
    assert.equal(nextNominal(interval(10_000, 3_000), 3_000), 13_000);
    assert.equal(nextNominal(interval(10_000, 3_000), 1_700_000_000_000), 1_700_000_003_000);
  });
});

describe('cron', () => {
  test('years away is found, also over the years that lack the day', () => {
    const leap = nextNominal(cron('0 0 29 2 *'), Date.UTC(2096, 3));
    assert.equal(iso(leap), '2104-02-29T00:00:00.000Z');
    const monday = nextNominal(cron('0 0 29 2 +1', 'Europe/Berlin'), Date.UTC(2024, 3));
    assert.equal(iso(monday), '2044-02-28T23:00:00.000Z');
  });

  test('counts by whole seconds from any millisecond', () => {
    const every = cron('* * * * * *', 'Asia/Kathmandu');
    assert.equal(nextNominal(every, 1_700_000_000_000), 1_700_000_001_000);
    assert.equal(nextNominal(every, 1_700_000_000_001), 1_700_000_001_000);
    assert.equal(nextNominal(every, 1_700_000_000_999), 1_700_000_001_000);
  });
});

describe('what is no recurrence', () => {
  const refused: readonly (readonly [string, Recurrence, string])[] = [
    ['a date that never comes', cron('0 0 30 2 *'), 'cron.expression'],
    ['four fields', cron('* * * *'), 'cron.expression'],
    ['seven fields', cron('0 0 0 1 1 * 2030'), 'cron.expression'],
    ['no expression', cron(''), 'cron.expression'],
    ['an hour too late', cron('0 24 * * *'), 'cron.expression'],
    ['@reboot', cron('@reboot'), 'cron.expression'],
    ['a text without end', cron(`0 ${'1,'.repeat(200)}1 * * *`), 'cron.expression'],
    ['a zone that is nowhere', cron('* * * * *', 'Europe/Atlantis'), 'cron.time_zone'],
    ['an offset', cron('* * * * *', '+02:00'), 'cron.time_zone'],
    ['no zone', cron('* * * * *', ''), 'cron.time_zone'],
    ['too often', interval(999), 'interval.every_ms'],
    ['half a millisecond', interval(1_000.5), 'interval.every_ms'],
    ['a phase that is later than the interval', interval(1_000, 1_000), 'interval.phase_ms'],
    ['a phase before 1970', interval(1_000, -1), 'interval.phase_ms'],
  ];
  for (const [what, recurrence, field] of refused) {
    test(`${what}: ${field}`, () => {
      assert.throws(
        () => requireRecurrence(recurrence),
        (error) => error instanceof AppError && error.message.startsWith(`${field} `),
      );
    });
  }

  test('the others pass', () => {
    for (const expression of ['@hourly', '0 12 * * MON-FRI', '*/5 * * * * *', '0 0 L * *']) {
      requireRecurrence(cron(expression, 'America/Argentina/Buenos_Aires'));
    }
    requireRecurrence(interval(86_400_000, 3_600_000));
  });
});

describe('coming runs', () => {
  const timing: ScheduleTiming = { recurrence: interval(60_000), jitterMs: 0 };

  test('lie from the start on and before the end', () => {
    const bounded = { ...timing, startMs: 120_000, endMs: 300_000 };
    const nominals = comingRuns(KEY, bounded, { afterMs: 0, limit: 10 }).map(
      ({ nominalMs }) => nominalMs,
    );
    assert.deepEqual(nominals, [120_000, 180_000, 240_000]);
    assert.deepEqual(comingRuns(KEY, bounded, { afterMs: 240_000, limit: 10 }), []);
    assert.equal(comingRuns(KEY, timing, { afterMs: 0, limit: 3 }).length, 3);
    const until = { afterMs: 0, untilMs: 120_000, limit: 3 };
    assert.equal(comingRuns(KEY, timing, until).length, 2);
  });

  test('with jitter, each is due after its time and before the next, always at the same', () => {
    const range = { afterMs: 1_700_000_000_000, limit: 1_000 };
    for (const jitterMs of [1, 1_000, 59_999, 86_400_000]) {
      const runs = comingRuns(KEY, { ...timing, jitterMs }, range);
      runs.forEach(({ nominalMs, dueMs }) => {
        assert.ok(dueMs >= nominalMs && dueMs <= nominalMs + Math.min(jitterMs, 59_999));
      });
      assert.deepEqual(runs, comingRuns(KEY, { ...timing, jitterMs }, range));
    }
  });

  test('the jitter uses all of its range, and differs between schedules', () => {
    const delays = (scheduleId: string): number[] => {
      const jittered = { ...timing, jitterMs: 9 };
      const runs = comingRuns({ ...KEY, scheduleId }, jittered, { afterMs: 0, limit: 1_000 });
      return runs.map(({ nominalMs, dueMs }) => dueMs - nominalMs);
    };
    for (let delay = 0; delay <= 9; delay += 1) {
      const count = delays('report').filter((each) => each === delay).length;
      assert.ok(count > 60 && count < 140, `${delay} ms: ${count} of 1,000`);
    }
    assert.notDeepEqual(delays('report'), delays('backup'));
  });
});
