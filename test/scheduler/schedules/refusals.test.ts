import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AppError } from '../../../src/core/index.js';
import { KEY, openMemoryWorld, START_MS, type Draft, type Process, type World } from './world.js';
import { every, refusal, wishesAt } from './wishes.js';

let world: World;
let server: Process;
beforeEach(async () => {
  world = await openMemoryWorld();
  server = world.process();
});
afterEach(() => world.end());

const { create } = wishesAt(() => ({ world, server }));

describe('what is refused', () => {
  const bad: readonly (readonly [string, Draft])[] = [
    ['application', { key: { application: '', scheduleId: 'a' } }],
    ['schedule_id', { key: { application: 'a', scheduleId: 'x'.repeat(151) } }],
    ['schedule_id', { key: { application: 'a', scheduleId: 'a\nb' } }],
    ['cron.expression', { timing: cron('* * *') }],
    ['cron.time_zone', { timing: cron('* * * * *', 'Mars/Base') }],
    ['interval.every_ms', { timing: every(999) }],
    ['start_ms', { timing: { startMs: 1_700_000_000 } }],
    ['start_ms', { timing: { ...cron('* * * * *'), startMs: Number.MAX_SAFE_INTEGER } }],
    ['end_ms', { timing: { endMs: 8_640_000_000_000_000 } }],
    ['end_ms', { timing: { startMs: START_MS, endMs: START_MS } }],
    ['jitter_ms', { timing: { jitterMs: -1 } }],
    ['missed.runs_max', { missed: { kind: 'fire-all', runsMax: 1_001, perSecond: 1 } }],
    ['missed.per_second', { missed: { kind: 'fire-all', runsMax: 1, perSecond: 0 } }],
    ['missed.after_ms', { missedAfterMs: 999 }],
    ['http.url', { run: { target: { kind: 'http', url: 'ftp://a', method: 'GET', headers: [] } } }],
    ['retention_ms', { run: { retentionMs: 3_599_999 } }],
    ['timeout_ms', { run: { timeoutMs: 1 } }],
    ['lateness.max_ms', { run: { lateness: { maxMs: -1, action: 'skip' } } }],
  ];
  for (const [field, wish] of bad) {
    test(`${field}: ${JSON.stringify(wish).slice(0, 60)}`, async () => {
      await assert.rejects(create(wish), (error: unknown) => {
        return error instanceof AppError && error.details['field'] === field;
      });
      assert.equal(await world.taskEntry(), undefined, 'nothing was written');
    });
  }

  function cron(expression: string, timeZone = 'UTC'): NonNullable<Draft['timing']> {
    return { recurrence: { kind: 'cron', expression, timeZone } };
  }

  test('the id of a trigger, and the range of a backfill', async () => {
    await create();
    const { schedules } = server;
    const trigger = schedules.trigger(KEY, 'x'.repeat(41), world.signal);
    await assert.rejects(trigger, refusal('LIMIT_EXCEEDED'));
    for (const range of [
      { fromMs: START_MS, untilMs: START_MS + 1, perSecond: 1 },
      { fromMs: START_MS, untilMs: START_MS, perSecond: 1 },
      { fromMs: START_MS - 1, untilMs: START_MS, perSecond: 1_001 },
    ]) {
      const backfill = schedules.backfill(KEY, range, world.signal);
      await assert.rejects(backfill, refusal('INVALID_ARGUMENT'));
    }
  });
});
