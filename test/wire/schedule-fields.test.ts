import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { ScheduleDraft } from '../../src/scheduler/index.js';
import { nextPage, onBothWires, type HttpRequest } from './both-wires.js';
import { recordedSchedules, type RecordedCall } from './recorded-schedules.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

const calls: RecordedCall[] = [];
let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler({ instead: { schedules: recordedSchedules(calls) } });
});

beforeEach(() => calls.splice(0));

after(() => served.stop());

const AT = '/v1/applications/shop/schedules';
const KEY = { application: 'shop', scheduleId: 'nightly' };

/** Calls on both wires; both have asked for the same, which is given back with the answer. */
async function ask(
  method: string,
  http: HttpRequest,
  request: JsonObject,
): Promise<readonly [answer: JsonObject, call: RecordedCall]> {
  const answer = await onBothWires(served, method, http, request);
  const [first, second, ...others] = calls;
  assert.ok(first && second && others.length === 0);
  assert.deepEqual(first, second);
  return [answer, first];
}

const HTTP = {
  ...{ url: 'http://receiver.test/a', method: 'HTTP_METHOD_PUT' },
  headers: [{ name: 'content-type', value: 'application/json' }],
};

/** Every field that a plan can have, with a value of its own. */
const WHOLE_PLAN = {
  cron: { expression: '30 2 * * 1-5', timeZone: 'Europe/Berlin' },
  ...{ startMs: '1700000000001', endMs: '1800000000000', jitterMs: '5000' },
  overlap: 'OVERLAP_POLICY_BUFFER_ONE',
  missed: {
    ...{ action: 'MISSED_RUN_ACTION_FIRE_ALL', runsMax: 7, perSecond: 3, afterMs: '90000' },
  },
  run: {
    http: HTTP,
    retry: {
      ...{ attempts: 3, firstDelayMs: '11', maxDelayMs: '22', doublings: 1, jitter: 0.5 },
      maxAgeMs: '5000',
    },
    ...{ timeoutMs: '200', retentionMs: '3600000' },
    lateness: { maxMs: '1000', action: 'LATENESS_ACTION_DEAD_LETTER' },
  },
};

const WHOLE_DRAFT: ScheduleDraft = {
  key: KEY,
  timing: {
    recurrence: { kind: 'cron', expression: '30 2 * * 1-5', timeZone: 'Europe/Berlin' },
    ...{ startMs: 1_700_000_000_001, endMs: 1_800_000_000_000, jitterMs: 5_000 },
  },
  overlap: 'buffer-one',
  missed: { kind: 'fire-all', runsMax: 7, perSecond: 3 },
  missedAfterMs: 90_000,
  run: {
    payload: Buffer.from('{"a":1}'),
    target: {
      ...{ kind: 'http', url: 'http://receiver.test/a', method: 'PUT' },
      headers: [{ name: 'content-type', value: 'application/json' }],
    },
    retry: {
      ...{ attemptsMax: 3, firstDelayMs: 11, maxDelayMs: 22, doublings: 1, jitter: 0.5 },
      maxAgeMs: 5_000,
    },
    ...{ timeoutMs: 200, retentionMs: 3_600_000 },
    lateness: { action: 'dead-letter', maxMs: 1_000 },
  },
};

/** All that a schedule has besides its plan. */
const REST = {
  ...{ ...KEY, revision: '7', createdMs: String(NOW_MS), updatedMs: String(NOW_MS + 1) },
  ...{ pausedMs: String(NOW_MS + 2), pauseNote: 'über Nacht' },
  nextRun: { nominalMs: String(NOW_MS + 3), dueMs: String(NOW_MS + 4) },
  recentRuns: ['RUN_CAUSE_SCHEDULE', 'RUN_CAUSE_TRIGGER', 'RUN_CAUSE_BACKFILL'].map((cause) => ({
    ...{ eventId: 'nightly@1', nominalMs: String(NOW_MS), dueMs: String(NOW_MS + 123), cause },
  })),
  bufferedNominalMs: String(NOW_MS + 5),
  made: '6',
  skipped: [
    { reason: 'SKIP_REASON_OVERLAP', count: '1' },
    { reason: 'SKIP_REASON_MISSED', count: '2' },
    { reason: 'SKIP_REASON_EXISTS', count: '4' },
  ],
  backfill: {
    ...{ fromMs: '1000', untilMs: '3000', perSecond: 9, doneMs: '2999', made: '4' },
    ...{ skipped: '5', finished: false },
  },
};

test('every field of a plan comes as it was sent, and goes back but for the payload', async () => {
  const plan = { ...WHOLE_PLAN, run: { ...WHOLE_PLAN.run, json: '{"a":1}' } };
  const body = { scheduleId: 'nightly', plan, onExists: 'ON_EXISTS_REPLACE' };
  const request = { ...body, application: 'shop' };
  const [answer, call] = await ask('CreateSchedule', ['POST', AT, body], request);
  assert.deepEqual(call, ['create', WHOLE_DRAFT, 'replace']);
  const outcome = 'SCHEDULE_OUTCOME_REPLACED';
  assert.deepEqual(answer, { schedule: { ...REST, plan: WHOLE_PLAN }, outcome });
});

test('an update with all fields, and a revision', async () => {
  const plan = { ...WHOLE_PLAN, run: { ...WHOLE_PLAN.run, json: '{"a":1}' } };
  const body = { plan, expected_revision: '6' };
  const [answer, call] = await ask('UpdateSchedule', ['PUT', `${AT}/nightly`, body], {
    ...{ ...KEY, ...body },
  });
  assert.deepEqual(call, ['update', WHOLE_DRAFT, 6]);
  assert.deepEqual(answer, { schedule: { ...REST, plan: WHOLE_PLAN } });
});

test('what is not said is left to the schedules; an append in an interval', async () => {
  const append = { stream: 's', type: 't', metadata: { a: 'b' } };
  const run = { data: '/wA=', append };
  const plan = { interval: { everyMs: '60000', phaseMs: '1' }, run };
  const [answer, call] = await ask('CreateSchedule', ['POST', AT, { ...KEY, plan }], {
    ...{ ...KEY, plan },
  });
  const target = {
    ...{ kind: 'append', stream: 's', type: 't', content: 'bytes', contentType: undefined },
    ...{ metadata: '{"a":"b"}', expected: { kind: 'any' } },
  };
  const recurrence = { kind: 'interval', everyMs: 60_000, phaseMs: 1 };
  const draft = {
    ...{ key: KEY, timing: { recurrence, jitterMs: 0 }, overlap: 'skip' },
    run: { payload: Buffer.of(0xff, 0), target },
  };
  assert.deepEqual(call, ['create', draft, 'reject']);
  assert.deepEqual((answer.schedule as JsonObject).plan, {
    ...{ interval: { everyMs: '60000', phaseMs: '1' }, jitterMs: '0' },
    overlap: 'OVERLAP_POLICY_SKIP',
    missed: {
      ...{ action: 'MISSED_RUN_ACTION_FIRE_ONCE', runsMax: 0, perSecond: 0, afterMs: '60000' },
    },
    run: {
      append: { ...append, contentType: '', expectedState: 'EXPECTED_STATE_ANY' },
      retry: {
        ...{ attempts: 5, firstDelayMs: '500', maxDelayMs: '3600000', doublings: 16, jitter: 0 },
      },
      ...{ timeoutMs: '15000', retentionMs: '604800000' },
    },
  });
});

const POLICIES: readonly (readonly [JsonObject, unknown, unknown])[] = [
  [{ overlap: 'OVERLAP_POLICY_SKIP', missed: {} }, 'skip', { kind: 'fire-once' }],
  [
    { overlap: 'OVERLAP_POLICY_ALLOW', missed: { action: 'MISSED_RUN_ACTION_SKIP' } },
    ...(['allow', { kind: 'skip' }] as const),
  ],
  [
    { overlap: 0, missed: { action: 'MISSED_RUN_ACTION_FIRE_ALL' } },
    ...(['skip', { kind: 'fire-all', runsMax: 100, perSecond: 10 }] as const),
  ],
];

test('policies have the defaults that the proto file names', async () => {
  for (const [policy, overlap, missed] of POLICIES) {
    const plan = { cron: { expression: '0 * * * *' }, run: { http: HTTP }, ...policy };
    const [, call] = await ask('CreateSchedule', ['POST', AT, { ...KEY, plan }], { ...KEY, plan });
    const draft = call[1] as ScheduleDraft;
    assert.deepEqual(
      [draft.overlap, draft.missed, draft.missedAfterMs],
      [overlap, missed, undefined],
    );
    assert.deepEqual(draft.timing.recurrence, {
      ...{ kind: 'cron', expression: '0 * * * *', timeZone: 'UTC' },
    });
    calls.splice(0);
  }
});

test('only a get shows the payload', async () => {
  const payloadOf = ({ schedule }: { readonly schedule?: JsonValue }): unknown => {
    const { run } = (schedule as JsonObject).plan as JsonObject;
    return (run as JsonObject).json;
  };
  const [got, call] = await ask('GetSchedule', ['GET', `${AT}/nightly`], KEY);
  assert.deepEqual([payloadOf(got), call], ['{}', ['find', KEY]]);
  calls.splice(0);
  const [listed] = await ask('ListSchedules', ['GET', AT], { application: 'shop' });
  assert.ok(Array.isArray(listed.schedules) && listed.schedules[0] !== undefined);
  assert.equal(payloadOf({ schedule: listed.schedules[0] }), undefined);
});

/** Methods on one schedule: request besides the key, and what is asked for. */
const ON_ONE: readonly (readonly [string, HttpRequest, JsonObject, RecordedCall])[] = [
  [
    'PauseSchedule',
    ['POST', `${AT}/nightly:pause`, { note: 'n' }],
    { note: 'n' },
    ['pause', KEY, 'n'],
  ],
  ['ResumeSchedule', ['POST', `${AT}/nightly:resume`], {}, ['resume', KEY]],
  ['DeleteSchedule', ['DELETE', `${AT}/nightly`], {}, ['remove', KEY]],
  [
    'TriggerSchedule',
    ['POST', `${AT}/nightly:trigger`, { trigger_id: 't' }],
    { triggerId: 't' },
    ['trigger', KEY, 't'],
  ],
  ['TriggerSchedule', ['POST', `${AT}/nightly:trigger`], {}, ['trigger', KEY, undefined]],
  [
    'BackfillSchedule',
    ['POST', `${AT}/nightly:backfill`, { fromMs: 0, untilMs: '1700000000000' }],
    { fromMs: '0', untilMs: '1700000000000' },
    ['backfill', KEY, { fromMs: 0, untilMs: 1_700_000_000_000, perSecond: 10 }],
  ],
  [
    'BackfillSchedule',
    ['POST', `${AT}/nightly:backfill`, { fromMs: '0', untilMs: '0', perSecond: 77 }],
    { fromMs: '0', untilMs: '0', perSecond: 77 },
    ['backfill', KEY, { fromMs: 0, untilMs: 0, perSecond: 77 }],
  ],
  ['ListNextRuns', ['GET', `${AT}/nightly/next-runs`], {}, ['nextRuns', KEY, NOW_MS, 10]],
  [
    'ListNextRuns',
    ['GET', `${AT}/nightly/next-runs?count=1000&after_ms=1600000000000`],
    { count: 1000, afterMs: '1600000000000' },
    ['nextRuns', KEY, 1_600_000_000_000, 1_000],
  ],
  [
    'ListSkippedRuns',
    ['GET', `${AT}/nightly/skipped-runs?page_size=3`],
    { pageSize: 3 },
    ['skippedRuns', KEY, { after: undefined, limit: 3 }],
  ],
];

for (const [method, http, more, wanted] of ON_ONE) {
  test(`${method} ${JSON.stringify(more)} asks for what it says`, async () => {
    const [answer, call] = await ask(method, http, { ...KEY, ...more });
    assert.deepEqual(call, wanted);
    if ('schedule' in answer) {
      assert.deepEqual({ ...(answer.schedule as JsonObject), plan: null }, { ...REST, plan: null });
    }
    if ('runs' in answer) assert.deepEqual(answer.runs, [{ nominalMs: '1', dueMs: '2' }]);
    if ('run' in answer) assert.deepEqual(answer.run, REST.recentRuns[0]);
    if (!('skipped' in answer)) return;
    assert.deepEqual(answer.skipped, [
      {
        ...{ reason: 'SKIP_REASON_PAUSED', count: '2', decidedMs: String(NOW_MS + 3) },
        ...{ firstNominalMs: String(NOW_MS), lastNominalMs: String(NOW_MS + 1) },
      },
    ]);
  });
}

test('a token goes on where the page ended, in its own list only', async () => {
  const [first] = await ask('ListSchedules', ['GET', AT], { application: 'shop' });
  const pageToken = nextPage(first);
  calls.splice(0);
  const [, call] = await ask('ListSchedules', ['GET', `${AT}?page_token=${pageToken}`], {
    ...{ application: 'shop', pageToken },
  });
  assert.deepEqual(call, ['list', 'shop', { after: 'a.b', limit: 100 }]);
  const message = 'page_token is not from a page before of this list';
  const others = [
    await served.grpc('ListSchedules', { application: 'other', pageToken }),
    await served.grpc('ListSkippedRuns', { ...KEY, pageToken }),
  ];
  for (const other of others) assert.deepEqual(other, { code: 3, message });
});

test('what is not there is NOT_FOUND', async () => {
  const request = { ...KEY, scheduleId: 'none' };
  const message = 'there is no schedule of this application and schedule id';
  assert.deepEqual(await served.grpc('GetSchedule', request), { code: 5, message });
});
