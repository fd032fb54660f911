import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { nextPage, onBothWires, refusedOnBothWires, type HttpRequest } from './both-wires.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

const AT = '/v1/applications/shop/schedules';
const KEY = { application: 'shop', scheduleId: 'nightly' };
const PLAN = {
  cron: { expression: '30 2 * * *', timeZone: 'Europe/Berlin' },
  run: { json: '{"a":1}', http: { url: 'http://receiver.test/' } },
};

async function create(scheduleId: string): Promise<JsonObject> {
  const request = { ...KEY, scheduleId, plan: PLAN, onExists: 'ON_EXISTS_OK_IF_SAME' };
  // the first call makes it, so that both answers are the same
  await served.grpc('CreateSchedule', request);
  const answer = await onBothWires(served, 'CreateSchedule', ['POST', AT, request], request);
  assert.equal(answer.outcome, 'SCHEDULE_OUTCOME_EXISTED');
  return answer.schedule as JsonObject;
}

const one = (method: string, http: HttpRequest, request: JsonObject = {}): Promise<JsonObject> =>
  onBothWires(served, method, http, { ...KEY, ...request });

test('a schedule is created, shown with all that it has by default, and listed', async () => {
  const created = await create('nightly');
  const plan = {
    ...{ cron: PLAN.cron, jitterMs: '0', overlap: 'OVERLAP_POLICY_SKIP' },
    missed: {
      ...{ action: 'MISSED_RUN_ACTION_FIRE_ONCE', runsMax: 0, perSecond: 0, afterMs: '60000' },
    },
    run: {
      http: {
        ...{ url: 'http://receiver.test/', method: 'HTTP_METHOD_POST' },
        headers: [{ name: 'content-type', value: 'application/json' }],
      },
      retry: {
        ...{ attempts: 5, firstDelayMs: '500', maxDelayMs: '3600000', doublings: 16, jitter: 0 },
      },
      ...{ timeoutMs: '15000', retentionMs: '604800000' },
    },
  };
  const next = String(Date.UTC(2023, 10, 15, 1, 30));
  assert.deepEqual(created, {
    ...{ ...KEY, revision: created.revision, plan },
    ...{ createdMs: String(NOW_MS), updatedMs: String(NOW_MS), pauseNote: '' },
    ...{ nextRun: { nominalMs: next, dueMs: next }, recentRuns: [], made: '0', skipped: [] },
  });
  const { schedule } = await one('GetSchedule', ['GET', `${AT}/nightly`]);
  assert.deepEqual(schedule, {
    ...created,
    plan: { ...plan, run: { ...plan.run, json: '{"a":1}' } },
  });
  const request = { application: 'shop' };
  const list = await onBothWires(served, 'ListSchedules', ['GET', AT], request);
  assert.deepEqual(list, { schedules: [created], nextPageToken: '' });
});

test('what was shown can be sent back, and is the same', async () => {
  const { schedule } = await one('GetSchedule', ['GET', `${AT}/nightly`]);
  const { plan = {} } = schedule as JsonObject;
  const body = { ...KEY, plan, onExists: 'ON_EXISTS_OK_IF_SAME' };
  const again = await onBothWires(served, 'CreateSchedule', ['POST', AT, body], body);
  assert.equal(again.outcome, 'SCHEDULE_OUTCOME_EXISTED');
});

test('one of the same id is refused', async () => {
  const request = { ...KEY, plan: PLAN };
  const http: HttpRequest = ['POST', AT, request];
  const refused = await refusedOnBothWires(served, 'CreateSchedule', http, request);
  assert.deepEqual(refused, [409, 'SCHEDULE_EXISTS', undefined]);
});

test('an update of another revision changes nothing', async () => {
  const { schedule } = await one('GetSchedule', ['GET', `${AT}/nightly`]);
  const { revision } = schedule as JsonObject;
  const body = { plan: PLAN, expectedRevision: String(Number(revision) + 1) };
  const http: HttpRequest = ['PUT', `${AT}/nightly`, body];
  const refused = await refusedOnBothWires(served, 'UpdateSchedule', http, { ...KEY, ...body });
  assert.deepEqual(refused, [409, 'REVISION_CONFLICT', undefined]);
  const changed = { ...PLAN, cron: { ...PLAN.cron, expression: '45 2 * * *' } };
  const right = { plan: changed, expectedRevision: revision ?? '' };
  const updated = (await served.grpc('UpdateSchedule', { ...KEY, ...right })) as JsonObject;
  assert.ok('schedule' in updated, JSON.stringify(updated));
  assert.equal((updated.schedule as JsonObject).revision, String(Number(revision) + 1));
  // the plan of the other tests again, at whatever revision it is
  assert.ok(
    'schedule' in ((await served.grpc('UpdateSchedule', { ...KEY, plan: PLAN })) as JsonObject),
  );
});

test('a pause is shown with its note, and ends', async () => {
  const pause: HttpRequest = ['POST', `${AT}/nightly:pause`, { note: 'Feiertag' }];
  await served.grpc('PauseSchedule', { ...KEY, note: 'Feiertag' });
  const paused = (await one('PauseSchedule', pause, { note: 'Feiertag' })).schedule as JsonObject;
  assert.deepEqual([paused.pausedMs, paused.pauseNote], [String(NOW_MS), 'Feiertag']);
  await served.grpc('ResumeSchedule', KEY);
  const resume: HttpRequest = ['POST', `${AT}/nightly:resume`];
  const { schedule } = await one('ResumeSchedule', resume);
  const { pausedMs, pauseNote } = schedule as JsonObject;
  assert.deepEqual([pausedMs, pauseNote], [undefined, '']);
});

test('the next runs are those of the zone, also over a change of its clocks', async () => {
  // on 31 March 2024 there is no 2:30 in Berlin: it is 3:00, which is 1:00 in UTC
  const afterMs = String(Date.UTC(2024, 2, 29, 12));
  const path = `${AT}/nightly/next-runs?count=3&after_ms=${afterMs}`;
  const { runs } = await one('ListNextRuns', ['GET', path], { count: 3, afterMs });
  const at = [Date.UTC(2024, 2, 30, 1, 30), Date.UTC(2024, 2, 31, 1), Date.UTC(2024, 3, 1, 0, 30)];
  const wanted = at.map((ms) => ({ nominalMs: String(ms), dueMs: String(ms) }));
  assert.deepEqual(runs, wanted);
});

test('a trigger of an id makes one run', async () => {
  const http: HttpRequest = ['POST', `${AT}/nightly:trigger`, { triggerId: 't1' }];
  const { run } = await one('TriggerSchedule', http, { triggerId: 't1' });
  const now = String(NOW_MS);
  assert.deepEqual(run, {
    ...{ eventId: 'nightly!t1', nominalMs: now, dueMs: now, cause: 'RUN_CAUSE_TRIGGER' },
  });
});

test('one backfill at a time, and the same one twice is one', async () => {
  const range = { fromMs: String(NOW_MS - 86_400_000), untilMs: String(NOW_MS), perSecond: 2 };
  const path = `${AT}/nightly:backfill`;
  await served.grpc('BackfillSchedule', { ...KEY, ...range });
  const { schedule } = await one('BackfillSchedule', ['POST', path, range], range);
  const { doneMs, ...backfill } = (schedule as JsonObject).backfill as JsonObject;
  assert.deepEqual(backfill, { ...range, made: '0', skipped: '0', finished: false });
  assert.ok(Number(doneMs) < NOW_MS);
  const other = { ...range, perSecond: 3 };
  const http: HttpRequest = ['POST', path, other];
  const refused = await refusedOnBothWires(served, 'BackfillSchedule', http, { ...KEY, ...other });
  assert.deepEqual(refused, [409, 'BACKFILL_RUNNING', undefined]);
});

test('nothing has been skipped yet', async () => {
  const http: HttpRequest = ['GET', `${AT}/nightly/skipped-runs`];
  assert.deepEqual(await one('ListSkippedRuns', http), { skipped: [], nextPageToken: '' });
});

test('lists go on where the page before ended', async () => {
  for (const id of ['a.b', 'ä', 'z/z']) await create(id);
  const seen: unknown[] = [];
  for (let pageToken = ''; ; ) {
    const request = { application: 'shop', pageSize: 1, pageToken };
    const http: HttpRequest = ['GET', `${AT}?page_size=1&page_token=${pageToken}`];
    const page = await onBothWires(served, 'ListSchedules', http, request);
    assert.ok(Array.isArray(page.schedules) && page.schedules.length <= 1);
    seen.push(...page.schedules.map((schedule) => (schedule as JsonObject).scheduleId));
    if (page.nextPageToken === '') break;
    pageToken = nextPage(page);
  }
  assert.deepEqual(seen, ['a.b', 'nightly', 'z/z', 'ä']);
});

test('what is deleted is not there any more', async () => {
  assert.deepEqual(await served.grpc('DeleteSchedule', KEY), {});
  const at = `${AT}/nightly`;
  const body = { plan: PLAN };
  const calls: readonly (readonly [string, HttpRequest, JsonObject])[] = [
    ['GetSchedule', ['GET', at], {}],
    ['UpdateSchedule', ['PUT', at, body], body],
    ['DeleteSchedule', ['DELETE', at], {}],
    ['PauseSchedule', ['POST', `${at}:pause`], {}],
    ['ResumeSchedule', ['POST', `${at}:resume`], {}],
    ['TriggerSchedule', ['POST', `${at}:trigger`], {}],
    ['ListNextRuns', ['GET', `${at}/next-runs`], {}],
    ['ListSkippedRuns', ['GET', `${at}/skipped-runs`], {}],
  ];
  for (const [method, http, request] of calls) {
    const refused = await refusedOnBothWires(served, method, http, { ...KEY, ...request });
    assert.deepEqual(refused, [404, 'NOT_FOUND', undefined], method);
  }
});
