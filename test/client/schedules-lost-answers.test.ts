import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknownError, storeErrorOf, type SchedulePlan } from '../../src/client/index.js';
import {
  BackfillScheduleResponse,
  CreateScheduleRequest,
  CreateScheduleResponse,
  GetScheduleResponse,
  OnExists,
  RunCause,
  ScheduleOutcome,
  TriggerScheduleRequest,
  TriggerScheduleResponse,
  UpdateScheduleResponse,
  type Schedule as WireSchedule,
} from '../../src/gen/cassadra/v1/scheduler.js';
import { ScriptedChannel, scriptedClient } from './scripted-channel.js';
import { wireSchedule } from './wire-schedule.js';

const PLAN: SchedulePlan = { everyMs: 60_000, http: { url: 'http://x.test/' } };
const LOST = new OutcomeUnknownError('UNAVAILABLE', 'the connection is gone');
const RANGE = { from: 10, until: 20 };

function refused(reason: string): Error {
  return storeErrorOf(reason, 'refused');
}

function got(schedule: WireSchedule): Uint8Array {
  return GetScheduleResponse.encode({ schedule }).finish();
}

function requestsOf(channel: ScriptedChannel): Buffer[] {
  return channel.calls.map(({ request }) => Buffer.from(request));
}

test('a create whose answer is lost accepts its own schedule', async () => {
  const outcome = ScheduleOutcome.SCHEDULE_OUTCOME_EXISTED;
  const answer = CreateScheduleResponse.encode({ schedule: wireSchedule(), outcome }).finish();
  const channel = new ScriptedChannel(LOST, answer);
  const { schedules } = scriptedClient(channel).client;
  const created = await schedules.create({ application: 'a', scheduleId: 's', ...PLAN });
  assert.equal(created.outcome, 'created');
  const sent = requestsOf(channel).map((request) => CreateScheduleRequest.decode(request));
  assert.deepEqual(
    sent.map(({ onExists }) => onExists),
    [OnExists.ON_EXISTS_REJECT, OnExists.ON_EXISTS_OK_IF_SAME],
  );
  assert.deepEqual(sent[0]?.plan, sent[1]?.plan, 'the very same plan');
});

test('another schedule of the id is told as such, also after a lost answer', async () => {
  const channel = new ScriptedChannel(LOST, refused('SCHEDULE_EXISTS'));
  const { schedules } = scriptedClient(channel).client;
  await assert.rejects(schedules.create({ application: 'a', scheduleId: 's', ...PLAN }), {
    reason: 'SCHEDULE_EXISTS',
  });
});

test('times from now are counted once, before the first try', async () => {
  const answer = CreateScheduleResponse.encode({
    schedule: wireSchedule(),
    outcome: ScheduleOutcome.SCHEDULE_OUTCOME_SCHEDULED,
  }).finish();
  const channel = new ScriptedChannel(LOST, answer);
  const { client, time } = scriptedClient(channel);
  const beginsMs = time.nowMs();
  const request = { application: 'a', scheduleId: 's', ...PLAN, start: { inMs: 1_000 } };
  await client.schedules.create(request);
  assert.ok(time.nowMs() > beginsMs, 'the pause took its time');
  for (const sent of requestsOf(channel)) {
    assert.equal(CreateScheduleRequest.decode(sent).plan?.startMs, BigInt(beginsMs + 1_000));
  }
});

test('a trigger is one wish in all its tries', async () => {
  const cause = RunCause.RUN_CAUSE_TRIGGER;
  const run = { eventId: 'r', nominalMs: 1n, dueMs: 1n, cause };
  const channel = new ScriptedChannel(LOST, LOST, TriggerScheduleResponse.encode({ run }).finish());
  const { schedules } = scriptedClient(channel).client;
  assert.equal((await schedules.trigger('a', 's')).eventId, 'r');
  const ids = requestsOf(channel).map((sent) => TriggerScheduleRequest.decode(sent).triggerId);
  assert.equal(new Set(ids).size, 1);
  assert.match(ids[0] ?? '', /^.{1,40}$/);
});

test('an update at a revision that was written is found by the plan that is there', async () => {
  const schedule = wireSchedule();
  const reading = scriptedClient(new ScriptedChannel(got(schedule))).client;
  const before = (await reading.schedules.get('shop', 'report')) ?? assert.fail('it is there');
  const plan = { ...before.plan, jitterMs: 7 };
  assert.ok(schedule.plan);
  const written = { ...schedule, revision: 5n, plan: { ...schedule.plan, jitterMs: 7n } };
  const options = { expectedRevision: before.revision };

  const ours = new ScriptedChannel(LOST, refused('REVISION_CONFLICT'), got(written));
  const updated = await scriptedClient(ours).client.schedules.update('shop', 'r', plan, options);
  assert.deepEqual([updated.revision, updated.plan.jitterMs], [5, 7]);

  // somebody else's change: nobody knows whether ours came before it
  const theirs = new ScriptedChannel(LOST, refused('REVISION_CONFLICT'), got(schedule));
  const lost = scriptedClient(theirs).client.schedules.update('shop', 'r', plan, options);
  await assert.rejects(lost, (error) => {
    assert.ok(error instanceof OutcomeUnknownError);
    assert.match(error.message, /it was changed since\. Get it and look/);
    return true;
  });
  assert.equal(theirs.calls.length, 3, 'it is not sent again');
});

test('a conflict of the first try is a conflict, and nothing is read', async () => {
  const channel = new ScriptedChannel(refused('REVISION_CONFLICT'));
  const { schedules } = scriptedClient(channel).client;
  const updating = schedules.update('a', 's', PLAN, { expectedRevision: 1 });
  await assert.rejects(updating, { reason: 'REVISION_CONFLICT', name: 'StoreError' });
  assert.equal(channel.calls.length, 1);
});

test('an update without a revision is sent again as it is', async () => {
  const answer = UpdateScheduleResponse.encode({ schedule: wireSchedule() }).finish();
  const channel = new ScriptedChannel(LOST, answer);
  await scriptedClient(channel).client.schedules.update('a', 's', PLAN);
  const [first, second] = requestsOf(channel);
  assert.deepEqual(first, second);
});

test('a delete whose answer is lost is done when there is none', async () => {
  const { schedules } = scriptedClient(new ScriptedChannel(LOST, refused('NOT_FOUND'))).client;
  await schedules.delete('a', 's');
  const gone = scriptedClient(new ScriptedChannel(refused('NOT_FOUND'))).client;
  await assert.rejects(gone.schedules.delete('a', 's'), { reason: 'NOT_FOUND' });
});

test('a backfill that runs is ours when it has our range', async () => {
  const backfill = { fromMs: 10n, untilMs: 20n, perSecond: 10, doneMs: 12n, made: 1n };
  const running = { ...wireSchedule(), backfill: { ...backfill, skipped: 0n, finished: false } };
  const busy = refused('BACKFILL_RUNNING');
  const ours = scriptedClient(new ScriptedChannel(LOST, busy, got(running))).client;
  assert.equal((await ours.schedules.backfill('a', 's', RANGE)).backfill?.made, 1);

  const other = { ...running, backfill: { ...running.backfill, untilMs: 21n } };
  const theirs = scriptedClient(new ScriptedChannel(LOST, busy, got(other))).client;
  await assert.rejects(theirs.schedules.backfill('a', 's', RANGE), OutcomeUnknownError);

  const first = scriptedClient(new ScriptedChannel(busy)).client;
  await assert.rejects(first.schedules.backfill('a', 's', RANGE), { reason: 'BACKFILL_RUNNING' });

  const answer = BackfillScheduleResponse.encode({ schedule: running }).finish();
  const again = new ScriptedChannel(LOST, answer);
  await scriptedClient(again).client.schedules.backfill('a', 's', RANGE);
  assert.equal(again.calls.length, 2);
});

test('what cannot be looked up after a lost answer is tried again', async () => {
  const away = storeErrorOf('UNAVAILABLE', 'away');
  const answer = UpdateScheduleResponse.encode({ schedule: wireSchedule() }).finish();
  const channel = new ScriptedChannel(LOST, refused('REVISION_CONFLICT'), away, answer);
  const { schedules } = scriptedClient(channel).client;
  const updated = await schedules.update('a', 's', PLAN, { expectedRevision: 3 });
  assert.equal(updated.revision, 3);
});
