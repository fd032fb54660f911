import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connectBy,
  type Schedule,
  type SchedulePlan,
  type ScheduleRequest,
} from '../../src/client/index.js';
import {
  BackfillScheduleRequest,
  BackfillScheduleResponse,
  CreateScheduleRequest,
  CreateScheduleResponse,
  GetScheduleResponse,
  LatenessAction,
  ListNextRunsRequest,
  ListNextRunsResponse,
  ListSchedulesResponse,
  ListSkippedRunsResponse,
  MissedRunAction,
  OnExists,
  OverlapPolicy,
  PauseScheduleRequest,
  PauseScheduleResponse,
  RunCause,
  ScheduleOutcome,
  SkipReason,
  UpdateScheduleRequest,
  UpdateScheduleResponse,
  type Schedule as WireSchedule,
} from '../../src/gen/cassadra/v1/scheduler.js';
import { ScriptedChannel, scriptedClient } from './scripted-channel.js';
import { listOf } from './store-for-clients.js';
import { wireSchedule } from './wire-schedule.js';

const NOW_MS = 1_700_000_000_000;
/** Of a newer server. */
const STRANGE: number = 9;

/** Every field of a plan, in one of them at least. */
const PLANS: readonly SchedulePlan[] = [
  {
    cron: '30 2 * * *',
    timeZone: 'Europe/Berlin',
    start: NOW_MS,
    end: NOW_MS + 1_000,
    jitterMs: 60_000,
    overlap: 'buffer-one',
    missed: { action: 'fire-all', runsMax: 7, perSecond: 3, afterMs: 5_000 },
    http: {
      url: 'https://example.test/',
      method: 'PUT',
      headers: [['x-a', 'b']],
      json: '{"n": 9007199254740993}',
    },
    retry: { attempts: 2, firstDelayMs: 20, maxDelayMs: 30, doublings: 1, jitter: 0.5 },
    timeoutMs: 1_234,
    retentionMs: 7_200_000,
    lateness: { maxMs: 300_000, action: 'dead-letter' },
  },
  {
    everyMs: 900_000,
    phaseMs: 17,
    start: undefined,
    end: undefined,
    jitterMs: 0,
    overlap: 'allow',
    missed: { action: 'skip', afterMs: 1_000 },
    append: {
      stream: 's',
      type: -5,
      contentType: 'application/x',
      metadata: { a: 'b' },
      expected: 3,
      bytes: Buffer.of(0, 255),
    },
    retry: { attempts: 1 },
    timeoutMs: undefined,
    retentionMs: undefined,
    lateness: { maxMs: 0, action: 'skip' },
  },
];

test('a plan that is read is the plan that was sent, to the field', async () => {
  for (const plan of PLANS) {
    const channel = new ScriptedChannel(created(), async () => {
      const sent = CreateScheduleRequest.decode(Buffer.from(channel.calls[0]?.request ?? []));
      const schedule = { ...wireSchedule(), ...(sent.plan && { plan: sent.plan }) };
      return GetScheduleResponse.encode({ schedule }).finish();
    });
    const { schedules } = connectBy(channel);
    await schedules.create({ application: 'shop', scheduleId: 'report', ...plan });
    const read = (await schedules.get('shop', 'report')) ?? assert.fail('it is there');
    assert.deepEqual(read.plan, plan);
    const { calls } = channel;
    assert.match(calls[0]?.path ?? '', /RecurringScheduleService\/CreateSchedule$/);
  }
});

test('what is said of a plan is what goes over the wire', async () => {
  const channel = new ScriptedChannel(created());
  const { schedules } = connectBy(channel);
  const [plan] = PLANS;
  assert.ok(plan);
  await schedules.create({ application: 'shop', scheduleId: 'report', ...plan });
  const sent = CreateScheduleRequest.decode(Buffer.from(channel.calls[0]?.request ?? []));
  assert.deepEqual(
    [sent.application, sent.scheduleId, sent.onExists],
    ['shop', 'report', OnExists.ON_EXISTS_REJECT],
  );
  const { recurrence, startMs, jitterMs, overlap, missed, run } = sent.plan ?? assert.fail();
  assert.deepEqual(recurrence, {
    $case: 'cron',
    value: { expression: '30 2 * * *', timeZone: 'Europe/Berlin' },
  });
  assert.deepEqual([startMs, jitterMs], [BigInt(NOW_MS), 60_000n]);
  assert.equal(overlap, OverlapPolicy.OVERLAP_POLICY_BUFFER_ONE);
  const action = MissedRunAction.MISSED_RUN_ACTION_FIRE_ALL;
  assert.deepEqual(missed, { action, runsMax: 7, perSecond: 3, afterMs: 5_000n });
  const dead = LatenessAction.LATENESS_ACTION_DEAD_LETTER;
  assert.deepEqual(run?.lateness, { maxMs: 300_000n, action: dead });
});

test('a schedule is shown with what it has done', async () => {
  const schedule: WireSchedule = {
    ...wireSchedule(),
    revision: 12n,
    pausedMs: 5n,
    pauseNote: 'why',
    nextRun: { nominalMs: 7n, dueMs: 8n },
    recentRuns: [
      { eventId: 'r', nominalMs: 1n, dueMs: 2n, cause: RunCause.RUN_CAUSE_BACKFILL },
      { eventId: 's', nominalMs: 1n, dueMs: 2n, cause: STRANGE },
    ],
    bufferedNominalMs: 6n,
    made: 3n,
    skipped: [{ reason: SkipReason.SKIP_REASON_PAUSED, count: 4n }],
    backfill: {
      ...{ fromMs: 1n, untilMs: 9n, perSecond: 10, doneMs: 5n },
      ...{ made: 2n, skipped: 1n, finished: false },
    },
  };
  const page = { schedules: [schedule], nextPageToken: '' };
  const channel = new ScriptedChannel(ListSchedulesResponse.encode(page).finish());
  const [listed] = await listOf(connectBy(channel).schedules.list('shop'));
  assert.ok(listed);
  assert.ok(!('http' in listed.plan), 'a plan of a list cannot be mistaken for a whole one');
  const { http, revision, paused, nextRun, recentRuns, made, skipped, backfill } = listed;
  assert.equal(http?.url, 'https://example.test/');
  assert.deepEqual([revision, paused, made], [12, { sinceMs: 5, note: 'why' }, 3]);
  assert.deepEqual([nextRun, skipped], [{ nominalMs: 7, dueMs: 8 }, { paused: 4 }]);
  assert.deepEqual(
    recentRuns.map(({ eventId, cause }) => [eventId, cause]),
    [
      ['r', 'backfill'],
      ['s', 'unknown'],
    ],
  );
  assert.deepEqual([backfill?.doneMs, backfill?.finished], [5, false]);
});

test('a plan of a newer server is not read as another one', async () => {
  const schedule = wireSchedule();
  const { plan } = schedule;
  assert.ok(plan?.run);
  const strange: Partial<WireSchedule>[] = [
    { plan: { ...plan, overlap: STRANGE } },
    { plan: { ...plan, recurrence: undefined } },
    { plan: { ...plan, missed: { action: STRANGE, runsMax: 0, perSecond: 0 } } },
    { plan: { ...plan, run: { ...plan.run, lateness: { action: STRANGE } } } },
    { plan: { ...plan, run: { ...plan.run, target: undefined } } },
  ];
  for (const part of strange) {
    const answer = GetScheduleResponse.encode({ schedule: { ...schedule, ...part } }).finish();
    const { schedules } = connectBy(new ScriptedChannel(answer));
    await assert.rejects(schedules.get('shop', 'report'), { reason: 'NOT_SUPPORTED' });
  }
});

test('what makes no sense is refused before it is sent', async () => {
  const { schedules } = connectBy(new ScriptedChannel(), { retry: false });
  const run = { application: 'a', scheduleId: 's', http: { url: 'http://x.test/' } };
  const wrong: readonly (readonly [object, RegExp])[] = [
    [run, /^recurrence is not one of/],
    [{ ...run, cron: '* * * * *', everyMs: 1_000 }, /^recurrence is not one of/],
    [{ ...run, everyMs: 1_000, timeZone: 'UTC' }, /^recurrence is not one of/],
    [{ ...run, cron: '' }, /^cron is empty/],
    [{ ...run, cron: '* * * * *', timeZone: '' }, /^timeZone is empty/],
    [{ ...run, everyMs: 1.5 }, /^everyMs is not a whole number/],
    [{ ...run, everyMs: 1_000, start: new Date('x') }, /^start is not a whole number/],
    [{ ...run, everyMs: 1_000, overlap: 'both' }, /^overlap is none of skip, allow, buffer-one/],
    [{ ...run, everyMs: 1_000, missed: { action: 'fire-all', runsMax: 0 } }, /^missed\.runsMax/],
    [{ ...run, everyMs: 1_000, missed: { action: 'skip', perSecond: 1 } }, /go with fire-all/],
    [{ ...run, everyMs: 1_000, lateness: { maxMs: 1, action: 'x' } }, /^lateness\.action is none/],
    [{ ...run, everyMs: 1_000, http: undefined }, /^target is not one of/],
    [{ ...run, everyMs: 1_000, onExists: 'x' }, /^onExists is none of/],
  ];
  for (const [request, message] of wrong) {
    await assert.rejects(schedules.create(request as ScheduleRequest), { message });
  }
  await assert.rejects(schedules.trigger('a', 's', { triggerId: '' }), /triggerId is empty/);
  const range = { from: 0, until: 1, perSecond: 0 };
  await assert.rejects(schedules.backfill('a', 's', range), /perSecond is not a whole number/);
});

test('pauses, next runs, skipped runs and backfills say what they ask and answer', async () => {
  const state = { schedule: wireSchedule() };
  const reason = SkipReason.SKIP_REASON_OVERLAP;
  const skipped = [
    { reason, firstNominalMs: 1n, lastNominalMs: 3n, count: 2n, decidedMs: 4n },
    { reason: STRANGE, firstNominalMs: 1n, lastNominalMs: 1n, count: 1n, decidedMs: 4n },
  ];
  const channel = new ScriptedChannel(
    PauseScheduleResponse.encode(state).finish(),
    ListNextRunsResponse.encode({ runs: [{ nominalMs: 5n, dueMs: 6n }] }).finish(),
    ListSkippedRunsResponse.encode({ skipped, nextPageToken: 'more' }).finish(),
    ListSkippedRunsResponse.encode({ skipped: [], nextPageToken: '' }).finish(),
    BackfillScheduleResponse.encode(state).finish(),
  );
  const { client, time } = scriptedClient(channel);
  const { schedules } = client;
  await schedules.pause('a', 's', { note: 'why' });
  assert.deepEqual(await schedules.nextRuns('a', 's', { count: 3, after: new Date(9) }), [
    { nominalMs: 5, dueMs: 6 },
  ]);
  const runs = await listOf(schedules.skippedRuns('a', 's'));
  assert.deepEqual(
    runs.map((one) => [one.reason, one.count, one.decidedMs]),
    [
      ['overlap', 2, 4],
      ['unknown', 1, 4],
    ],
  );
  const yesterday = { from: { inMs: -86_400_000 }, until: { inMs: 0 } };
  await schedules.backfill('a', 's', yesterday);
  const [pause, next, , , backfill] = channel.calls.map(({ request }) => Buffer.from(request));
  assert.ok(pause && next && backfill);
  assert.equal(PauseScheduleRequest.decode(pause).note, 'why');
  const { count, afterMs } = ListNextRunsRequest.decode(next);
  assert.deepEqual([count, afterMs], [3, 9n]);
  const { fromMs, untilMs, perSecond } = BackfillScheduleRequest.decode(backfill);
  const nowMs = BigInt(time.nowMs());
  assert.deepEqual([fromMs, untilMs, perSecond], [nowMs - 86_400_000n, nowMs, 0]);
});

test('a schedule that is read, changed and written back keeps what was not changed', async () => {
  const schedule = wireSchedule();
  const channel = new ScriptedChannel(
    GetScheduleResponse.encode({ schedule }).finish(),
    UpdateScheduleResponse.encode({ schedule }).finish(),
  );
  const { schedules } = connectBy(channel);
  const read: Schedule = (await schedules.get('shop', 'report')) ?? assert.fail('it is there');
  const plan = { ...read.plan, jitterMs: 5 };
  await schedules.update('shop', 'report', plan, { expectedRevision: read.revision });
  const sent = UpdateScheduleRequest.decode(Buffer.from(channel.calls[1]?.request ?? []));
  assert.deepEqual(sent.plan, { ...schedule.plan, jitterMs: 5n });
  assert.equal(sent.expectedRevision, schedule.revision);
});

function created(): Uint8Array {
  const outcome = ScheduleOutcome.SCHEDULE_OUTCOME_SCHEDULED;
  return CreateScheduleResponse.encode({ schedule: wireSchedule(), outcome }).finish();
}
