import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ANY_VERSION, AppError, exactVersion, parseTypeCode } from '../../core/index.js';
import { decodeSchedule, encodeSchedule } from './schedule-codec.js';
import { newSchedule } from './schedule-values.js';

const KEY = { application: 'shop', scheduleId: 'report' };
/** As the first version has written it. */
const FIRST =
  '{"key":{"application":"shop","scheduleId":"report"},"revision":3,"plan":{"timing":{"recurrence"' +
  ':{"kind":"cron","expression":"0 2 * * *","timeZone":"Europe/Berlin"},"startMs":5,"jitterMs":7},' +
  '"overlap":"buffer-one","missed":{"kind":"fire-all","runsMax":9,"perSecond":2},"missedAfterMs":60000,' +
  '"run":{"payload":"AP+A","target":{"kind":"append","stream":"s","type":-5,"content":"bytes",' +
  '"metadata":"{}","expected":{"kind":"exact","version":4}},"retry":{"attemptsMax":1,"firstDelayMs":2,' +
  '"maxDelayMs":3,"doublings":4,"jitter":0.5},"timeoutMs":100,"retentionMs":3600000,"lateness":' +
  '{"maxMs":1,"action":"dead-letter"}}},"createdMs":1,"updatedMs":2,"paused":{"sinceMs":2,"note":"n"},' +
  '"decidedMs":10,"next":{"nominalMs":11,"dueMs":12},"armedMs":12,"decided":[{"eventId":"e",' +
  '"nominalMs":8,"dueMs":9,"cause":"trigger"}],"buffered":{"nominalMs":6,"sinceMs":7},"recent":[],' +
  '"skipping":{"reason":"paused","firstNominalMs":1,"lastNominalMs":2,"count":2,"decidedMs":3},' +
  '"skipped":[],"backfill":{"fromMs":1,"untilMs":9,"perSecond":1,"doneMs":4,"made":1,"skipped":2},' +
  '"counts":{"made":4,"skipped":{"overlap":1,"missed":2,"paused":3,"exists":4}}}';

describe('a stored schedule', () => {
  test('of the first version is read, and written the same', () => {
    const schedule = decodeSchedule(FIRST);
    assert.deepEqual([...schedule.plan.run.payload], [0, 255, 128]);
    const { target } = schedule.plan.run;
    assert.ok(target.kind === 'append' && target.type === parseTypeCode(-5));
    assert.deepEqual(target.expected, exactVersion(4));
    assert.ok('contentType' in target && target.contentType === undefined);
    assert.deepEqual(JSON.parse(encodeSchedule(schedule)), JSON.parse(FIRST));
    assert.deepEqual(decodeSchedule(encodeSchedule(schedule)), schedule);
  });

  test('with members and reasons of a later version is read', () => {
    const later = JSON.parse(FIRST) as { counts: { skipped: Record<string, number> } };
    const counts = { ...later.counts, skipped: { ...later.counts.skipped, tired: 5 } };
    const text = JSON.stringify({ ...later, counts, mood: 'good' });
    assert.deepEqual(decodeSchedule(text), decodeSchedule(FIRST));
  });

  test('a new one comes back as it was', () => {
    const { plan } = decodeSchedule(FIRST);
    for (const recurrence of [
      { kind: 'interval', everyMs: 1_000, phaseMs: 3 },
      plan.timing.recurrence,
    ] as const) {
      const target = {
        kind: 'append',
        stream: 's',
        type: 'Paid',
        content: 'json',
        contentType: undefined,
        metadata: undefined,
        expected: ANY_VERSION,
      } as const;
      const retry = { ...plan.run.retry, maxAgeMs: undefined };
      const run = { ...plan.run, payload: new Uint8Array([1, 2]), target, retry };
      const wish = { ...plan, timing: { recurrence, jitterMs: 0 }, run };
      const schedule = newSchedule(KEY, wish, 1_700_000_000_000);
      assert.deepEqual(decodeSchedule(encodeSchedule(schedule)), schedule);
    }
  });

  test('anything else is INTERNAL', () => {
    const refused = (error: unknown): boolean =>
      error instanceof AppError && error.code === 'INTERNAL';
    assert.throws(() => decodeSchedule('{}'), refused);
    assert.throws(() => decodeSchedule(FIRST.replace('"type":-5', '"type":5000000000')), refused);
  });
});
