import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknownError, storeErrorOf, type FailedFilter } from '../../src/client/index.js';
import {
  CancelSweepResponse,
  GetResponse,
  GetSweepResponse,
  LatenessAction,
  ListSweepsResponse,
  PurgeResponse,
  ReplayFailedRequest,
  ReplayFailedResponse,
  RetryNowResponse,
  RetryOutcome,
  RunCause,
  ScheduleRequest,
  ScheduleResponse,
  SweepAction,
  SweepState,
  TimedEvent,
  TimedEventStatus,
  type Sweep as WireSweep,
} from '../../src/gen/cassadra/v1/scheduler.js';
import { ScriptedChannel, scriptedClient } from './scripted-channel.js';
import { listOf } from './store-for-clients.js';

const LOST = new OutcomeUnknownError('UNAVAILABLE', 'the connection is gone');
const EMPTY = new Uint8Array();
/** Of a newer server. */
const STRANGE: number = 9;

const SWEEP: WireSweep = {
  sweepId: 'w',
  action: SweepAction.SWEEP_ACTION_REPLAY,
  filter: { application: '', destination: '', httpStatuses: [], all: true },
  dryRun: false,
  perSecond: 50,
  state: SweepState.SWEEP_STATE_RUNNING,
  createdMs: 1n,
  updatedMs: 2n,
  scanned: 9n,
  matched: 5n,
  changed: 3n,
  overtaken: 1n,
  examples: [{ application: 'a', eventId: 'e' }],
};

function refused(reason: string): Error {
  return storeErrorOf(reason, 'refused');
}

function found(sweep: Partial<WireSweep>): Uint8Array {
  return GetSweepResponse.encode({ sweep: { ...SWEEP, ...sweep } }).finish();
}

function retried(outcome: RetryOutcome): Uint8Array {
  return RetryNowResponse.encode({ outcome }).finish();
}

test('a replay has one id in all its tries, and its filter goes over whole', async () => {
  const filter: FailedFilter = {
    application: 'shop',
    failedFromMs: 1,
    failedUntilMs: 2,
    dueFromMs: 3,
    dueUntilMs: 4,
    destination: 'https://example.test',
    httpStatuses: [0, 503],
  };
  const channel = new ScriptedChannel(LOST, async (call) => {
    const sent = ReplayFailedRequest.decode(Buffer.from(call.request));
    const { sweepId, dryRun, perSecond } = sent;
    const sweep = { ...SWEEP, sweepId, dryRun, perSecond, filter: sent.filter };
    return ReplayFailedResponse.encode({ sweep }).finish();
  });
  const { timers } = scriptedClient(channel).client;
  const sweep = await timers.replayFailed(filter, { dryRun: true, perSecond: 7 });
  assert.deepEqual(sweep.filter, filter);
  assert.deepEqual([sweep.dryRun, sweep.perSecond, sweep.action], [true, 7, 'replay']);
  const [first, second] = channel.calls.map(({ request }) => Buffer.from(request));
  assert.ok(first && second);
  assert.deepEqual(first, second);
  assert.ok(ReplayFailedRequest.decode(first).sweepId.length > 0);
});

test('what is given empty is refused: it would mean all of them', async () => {
  const { timers } = scriptedClient(new ScriptedChannel()).client;
  const wrong: readonly (readonly [FailedFilter, RegExp])[] = [
    [{ application: '' }, /^filter\.application is empty/],
    [{ destination: '' }, /^filter\.destination is empty/],
    [{ httpStatuses: [] }, /^filter\.httpStatuses is empty/],
    [{ httpStatuses: [500.5] }, /^filter\.httpStatuses is not a whole number/],
    [{ dueFromMs: 0.5 }, /^filter\.dueFromMs is not a whole number/],
  ];
  for (const [filter, message] of wrong) {
    await assert.rejects(timers.replayFailed(filter), { message });
    await assert.rejects(timers.purgeFailed(filter), { message });
  }
  await assert.rejects(timers.purgeFailed({ all: true }, { sweepId: '' }), /^.*sweepId is empty/);
  await assert.rejects(
    timers.purgeFailed({ all: true }, { perSecond: 0 }),
    /perSecond is not a whole/,
  );
});

test('another sweep of the id is told as such, also after a lost answer', async () => {
  const channel = new ScriptedChannel(LOST, refused('SWEEP_EXISTS'));
  const { timers } = scriptedClient(channel).client;
  const started = timers.purgeFailed({ all: true }, { sweepId: 'w' });
  await assert.rejects(started, { reason: 'SWEEP_EXISTS' });
});

test('a sweep is followed until it does not run', async () => {
  const channel = new ScriptedChannel(
    found({}),
    storeErrorOf('UNAVAILABLE', 'away'),
    found({ changed: 4n }),
    found({ state: SweepState.SWEEP_STATE_DONE }),
  );
  const { client, time } = scriptedClient(channel);
  const seen: number[] = [];
  const sweep = await client.timers.sweepUntilDone('w', {
    onProgress: ({ changed }) => seen.push(changed),
  });
  assert.deepEqual([sweep.state, seen], ['done', [3, 4, 3]]);
  assert.deepEqual(time.pausesMs.filter((pauseMs) => pauseMs === 1_000).length, 2);
});

test('the waiting ends with its signal, and when there is no such sweep', async () => {
  const ended = new AbortController();
  const { timers } = scriptedClient(new ScriptedChannel(found({}))).client;
  const reason = new Error('enough');
  const onProgress = (): void => ended.abort(reason);
  await assert.rejects(timers.sweepUntilDone('w', { onProgress, signal: ended.signal }), reason);
  const none = scriptedClient(new ScriptedChannel(refused('NOT_FOUND'))).client;
  await assert.rejects(none.timers.sweepUntilDone('w'), { reason: 'NOT_FOUND' });
});

test('sweeps are listed, found and ended', async () => {
  const strange = { ...SWEEP, action: STRANGE, state: STRANGE };
  const channel = new ScriptedChannel(
    ListSweepsResponse.encode({ sweeps: [SWEEP], nextPageToken: 't' }).finish(),
    ListSweepsResponse.encode({ sweeps: [strange], nextPageToken: '' }).finish(),
    refused('NOT_FOUND'),
    LOST,
    CancelSweepResponse.encode({
      sweep: { ...SWEEP, state: SweepState.SWEEP_STATE_CANCELLED },
    }).finish(),
  );
  const { timers } = scriptedClient(channel).client;
  const [known, unknown] = await listOf(timers.sweeps());
  assert.deepEqual([known?.action, known?.state], ['replay', 'running']);
  assert.deepEqual([known?.scanned, known?.matched, known?.overtaken], [9, 5, 1]);
  assert.deepEqual(known?.examples, [{ application: 'a', eventId: 'e' }]);
  assert.deepEqual([unknown?.action, unknown?.state], ['unknown', 'unknown']);
  assert.equal(await timers.sweep('x'), undefined);
  assert.equal((await timers.cancelSweep('w')).state, 'cancelled');
});

test('a retry is asked again until its outcome is known', async () => {
  const channel = new ScriptedChannel(
    retried(RetryOutcome.RETRY_OUTCOME_UNKNOWN),
    LOST,
    retried(RetryOutcome.RETRY_OUTCOME_IN_FLIGHT),
  );
  const { timers } = scriptedClient(channel).client;
  assert.equal(await timers.retryNow('a', 'e'), 'in-flight');
  const none = scriptedClient(new ScriptedChannel(refused('NOT_FOUND'))).client;
  await assert.rejects(none.timers.retryNow('a', 'e'), { reason: 'NOT_FOUND' });
});

test('a purge whose answer is lost is done when there is none', async () => {
  const done = scriptedClient(new ScriptedChannel(LOST, refused('NOT_FOUND'))).client;
  await done.timers.purge('a', 'e');
  const plain = new ScriptedChannel(PurgeResponse.encode({}).finish());
  await scriptedClient(plain).client.timers.purge('a', 'e');
  const absent = scriptedClient(new ScriptedChannel(refused('NOT_FOUND'))).client;
  await assert.rejects(absent.timers.purge('a', 'e'), { reason: 'NOT_FOUND' });
  const pending = scriptedClient(new ScriptedChannel(refused('NOT_FAILED'))).client;
  await assert.rejects(pending.timers.purge('a', 'e'), { reason: 'NOT_FAILED' });
  // it may have been purged, and scheduled anew by somebody since
  const doubtful = scriptedClient(new ScriptedChannel(LOST, refused('NOT_FAILED'))).client;
  await assert.rejects(doubtful.timers.purge('a', 'e'), OutcomeUnknownError);
});

test('an answer without what it is about is a fault, not a crash', async () => {
  const { timers, schedules, applications } = scriptedClient(
    new ScriptedChannel(EMPTY, EMPTY, EMPTY),
    false,
  ).client;
  const reason = { reason: 'INTERNAL' };
  await assert.rejects(timers.replayFailed({ all: true }), reason);
  await assert.rejects(schedules.pause('a', 's'), reason);
  await assert.rejects(applications.get('a'), reason);
});

test('lateness, run and replay of a timed event come back as they went', async () => {
  const status = TimedEventStatus.TIMED_EVENT_STATUS_SKIPPED;
  const cause = RunCause.RUN_CAUSE_SCHEDULE;
  const plain = TimedEvent.decode(Buffer.of());
  const run = { scheduleId: 's', nominalMs: 5n, cause };
  const channel = new ScriptedChannel(
    async (call) => {
      const { lateness } = ScheduleRequest.decode(Buffer.from(call.request));
      const timedEvent = { ...plain, status, lateness, run, replayedMs: 6n };
      return ScheduleResponse.encode({ timedEvent, outcome: 1 }).finish();
    },
    GetResponse.encode({
      timedEvent: { ...plain, lateness: { action: LatenessAction.LATENESS_ACTION_FIRE } },
    }).finish(),
  );
  const { timers } = scriptedClient(channel).client;
  const lateness = { maxMs: 0, action: 'dead-letter' } as const;
  const http = { url: 'http://x.test/' };
  const request = { application: 'a', eventId: 'e', due: 0, http, lateness };
  const { timedEvent } = await timers.schedule(request);
  assert.deepEqual([timedEvent.status, timedEvent.lateness], ['skipped', lateness]);
  assert.deepEqual(timedEvent.run, { scheduleId: 's', nominalMs: 5, cause: 'schedule' });
  assert.equal(timedEvent.replayedMs, 6);
  const fires = await timers.get('a', 'e');
  assert.deepEqual([fires?.lateness, fires?.run, fires?.replayedMs], Array(3).fill(undefined));
});
