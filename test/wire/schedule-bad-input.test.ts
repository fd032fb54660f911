import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { refusedOnBothWires, type HttpRequest } from './both-wires.js';
import { hex } from './raw-caller.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

const KEY = { application: 'shop', scheduleId: 'nightly' };
const HTTP = { url: 'http://receiver.test/' };
const CRON = { expression: '0 3 * * *' };
const PLAN: JsonObject = { cron: CRON, run: { http: HTTP } };

/** The request, the field that is named, and a code that is not INVALID_ARGUMENT. */
type BadPlan = readonly [change: JsonObject, field: string, code?: 'LIMIT_EXCEEDED'];

const cron = (expression: string, timeZone = 'UTC'): JsonObject => ({
  cron: { expression, timeZone },
});
const interval = (everyMs: string, phaseMs = '0'): JsonObject => ({
  ...{ cron: null, interval: { everyMs, phaseMs } },
});
const missed = (policy: JsonObject): JsonObject => ({ missed: policy });
const run = (change: JsonObject): JsonObject => ({ run: { http: HTTP, ...change } });
const all = (policy: JsonObject): JsonObject =>
  missed({ action: 'MISSED_RUN_ACTION_FIRE_ALL', ...policy });

const PLANS: Readonly<Record<string, BadPlan>> = {
  'no recurrence': [{ cron: null }, 'plan.recurrence'],
  'no expression': [cron(''), 'plan.cron.expression'],
  'four fields': [cron('* * * *'), 'plan.cron.expression'],
  'minute 60': [cron('60 * * * *'), 'plan.cron.expression'],
  '30 February': [cron('0 0 30 2 *'), 'plan.cron.expression'],
  'an unknown zone': [cron('0 3 * * *', 'Europe/Atlantis'), 'plan.cron.time_zone'],
  'no distance': [interval('0'), 'plan.interval.every_ms'],
  'a distance below a second': [interval('999'), 'plan.interval.every_ms'],
  'a distance over a year': [interval('31536000001'), 'plan.interval.every_ms'],
  'a distance over 2^53': [interval('9007199254740993'), 'plan.interval.every_ms'],
  'a negative phase': [interval('1000', '-1'), 'plan.interval.phase_ms'],
  'a phase of the whole distance': [interval('1000', '1000'), 'plan.interval.phase_ms'],
  'a negative start': [{ startMs: '-1' }, 'plan.start_ms'],
  'a start in seconds': [{ startMs: '1700000000' }, 'plan.start_ms'],
  'an end in seconds': [{ endMs: '1700000000' }, 'plan.end_ms'],
  'an end before the start': [{ startMs: '1800000000000', endMs: '1800000000000' }, 'plan.end_ms'],
  'negative jitter': [{ jitterMs: '-1' }, 'plan.jitter_ms'],
  'jitter over a day': [{ jitterMs: '86400001' }, 'plan.jitter_ms'],
  'an unknown overlap policy': [{ overlap: 9 }, 'plan.overlap'],
  'an unknown action': [missed({ action: 9 }), 'plan.missed.action'],
  'runs without the action': [missed({ runsMax: 5 }), 'plan.missed.runs_max'],
  'a rate without the action': [missed({ perSecond: 5 }), 'plan.missed.per_second'],
  'too many missed runs': [all({ runsMax: 1_001 }), 'plan.missed.runs_max'],
  'too fast after a while': [all({ perSecond: 1_001 }), 'plan.missed.per_second'],
  'negative missed runs': [all({ runsMax: -1 }), 'plan.missed.runs_max'],
  'missed at once': [missed({ afterMs: '999' }), 'plan.missed.after_ms'],
  'no run': [{ run: null }, 'plan.run'],
  'no target': [{ run: {} }, 'plan.run.target'],
  'no URL': [{ run: { http: {} } }, 'plan.run.http.url'],
  'an unknown method': [{ run: { http: { ...HTTP, method: 99 } } }, 'plan.run.http.method'],
  'a header of the sender': [
    { run: { http: { ...HTTP, headers: [{ name: 'webhook-id', value: 'x' }] } } },
    'plan.run.http.headers[0]',
  ],
  'an append without a type': [{ run: { append: { stream: 's' } } }, 'plan.run.append.type_ref'],
  'JSON that is none': [run({ json: '{' }), 'plan.run.json'],
  'too many attempts': [run({ retry: { attempts: 101 } }), 'plan.run.retry.attempts'],
  'too short a time-out': [run({ timeoutMs: '99' }), 'plan.run.timeout_ms'],
  'too short a retention': [run({ retentionMs: '3599999' }), 'plan.run.retention_ms'],
  'lateness without a bound': [
    run({ lateness: { action: 'LATENESS_ACTION_SKIP' } }),
    'plan.run.lateness.max_ms',
  ],
  'a bound without an action': [run({ lateness: { maxMs: '1' } }), 'plan.run.lateness.action'],
  'an unknown lateness': [run({ lateness: { action: 7 } }), 'plan.run.lateness.action'],
  'negative lateness': [
    run({ lateness: { maxMs: '-1', action: 'LATENESS_ACTION_SKIP' } }),
    'plan.run.lateness.max_ms',
  ],
  'too large a payload': [
    run({ data: Buffer.alloc(1_048_577).toString('base64') }),
    ...(['plan.run.payload', 'LIMIT_EXCEEDED'] as const),
  ],
};

const AT = '/v1/applications/shop/schedules';

for (const [name, [change, field, code = 'INVALID_ARGUMENT']] of Object.entries(PLANS)) {
  test(`${name} is refused by name, and nothing is stored`, async () => {
    const plan = Object.entries({ ...PLAN, ...change }).filter(([, value]) => value !== null);
    const body = { plan: Object.fromEntries(plan) };
    const before = served.storage.changes;
    const create: HttpRequest = ['POST', AT, { ...body, scheduleId: 'nightly' }];
    const request = { ...KEY, ...body };
    const refused = [400, code, field];
    assert.deepEqual(await refusedOnBothWires(served, 'CreateSchedule', create, request), refused);
    const update: HttpRequest = ['PUT', `${AT}/nightly`, body];
    assert.deepEqual(await refusedOnBothWires(served, 'UpdateSchedule', update, request), refused);
    assert.equal(served.storage.changes, before);
  });
}

/** Method, call over HTTP, request over gRPC (undefined: only JSON can be wrong so), and field. */
type BadCall = readonly [string, HttpRequest, JsonObject | undefined, string, 'LIMIT_EXCEEDED'?];

const create = (change: JsonObject): readonly [string, HttpRequest, JsonObject] => {
  const request = { ...KEY, plan: PLAN, ...change };
  return ['CreateSchedule', ['POST', AT, { ...request, application: 'shop' }], request];
};
const post = (verb: string, body: JsonObject): HttpRequest => [
  ...(['POST', `${AT}/nightly:${verb}`, body] as const),
];
const LONG = 'x'.repeat(151);
const backfill = (range: JsonObject): readonly [string, HttpRequest, JsonObject] => {
  return ['BackfillSchedule', post('backfill', range), { ...KEY, ...range }];
};

const CALLS: Readonly<Record<string, BadCall>> = {
  'a plan that is none': [...create({ plan: null }), 'plan'],
  'no id': [...create({ scheduleId: '' }), 'schedule_id'],
  'a long id': [...create({ scheduleId: LONG }), 'schedule_id', 'LIMIT_EXCEEDED'],
  'an id of two lines': [...create({ scheduleId: 'a\nb' }), 'schedule_id'],
  'no word about others': [...create({ onExists: 9 }), 'on_exists'],
  'an unknown field': [
    'CreateSchedule',
    ['POST', AT, { ...KEY, plan: { ...PLAN, colour: 'red' } }],
    undefined,
    'plan.colour',
  ],
  'two recurrences': [
    'CreateSchedule',
    ['POST', AT, { ...KEY, plan: { ...PLAN, interval: { everyMs: 1_000 } } }],
    undefined,
    'plan.recurrence',
  ],
  'a method by an unknown name': [
    'CreateSchedule',
    ['POST', AT, { ...KEY, plan: { ...PLAN, run: { http: { ...HTTP, method: 'FETCH' } } } }],
    undefined,
    'plan.run.http.method',
  ],
  'a long note': [
    'PauseSchedule',
    post('pause', { note: 'é'.repeat(501) }),
    { ...KEY, note: 'é'.repeat(501) },
    ...(['note', 'LIMIT_EXCEEDED'] as const),
  ],
  'a long trigger id': [
    'TriggerSchedule',
    post('trigger', { triggerId: 't'.repeat(41) }),
    { ...KEY, triggerId: 't'.repeat(41) },
    ...(['trigger_id', 'LIMIT_EXCEEDED'] as const),
  ],
  'a range without a beginning': [...backfill({ untilMs: '1600000000000' }), 'from_ms'],
  'a range without an end': [...backfill({ fromMs: '0' }), 'until_ms'],
  'a range in seconds': [...backfill({ fromMs: '1600000000', untilMs: '1' }), 'from_ms'],
  'a range that is empty': [...backfill({ fromMs: '0', untilMs: '0' }), 'until_ms'],
  'a range into the future': [
    ...backfill({ fromMs: '0', untilMs: String(NOW_MS + 1) }),
    'until_ms',
  ],
  'a range too fast': [
    ...backfill({ fromMs: '0', untilMs: String(NOW_MS), perSecond: 1_001 }),
    'per_second',
  ],
  'a negative rate': [
    ...backfill({ fromMs: '0', untilMs: String(NOW_MS), perSecond: -1 }),
    'per_second',
  ],
  'too many next runs': [
    'ListNextRuns',
    ['GET', `${AT}/nightly/next-runs?count=1001`],
    { ...KEY, count: 1_001 },
    ...(['count', 'LIMIT_EXCEEDED'] as const),
  ],
  'negative next runs': [
    'ListNextRuns',
    ['GET', `${AT}/nightly/next-runs?count=-1`],
    { ...KEY, count: -1 },
    'count',
  ],
  'next runs after some seconds': [
    'ListNextRuns',
    ['GET', `${AT}/nightly/next-runs?after_ms=1700000000`],
    { ...KEY, afterMs: '1700000000' },
    'after_ms',
  ],
  'too large a page': [
    'ListSchedules',
    ['GET', `${AT}?page_size=1001`],
    { application: 'shop', pageSize: 1_001 },
    ...(['page_size', 'LIMIT_EXCEEDED'] as const),
  ],
  'a negative page of skipped runs': [
    'ListSkippedRuns',
    ['GET', `${AT}/nightly/skipped-runs?page_size=-1`],
    { ...KEY, pageSize: -1 },
    'page_size',
  ],
};

for (const [name, [method, http, request, field, code]] of Object.entries(CALLS)) {
  test(`${name} is refused by name, and nothing is changed`, async () => {
    const before = served.storage.changes;
    const refused = await refusedOnBothWires(served, method, http, request);
    assert.deepEqual(refused, [400, code ?? 'INVALID_ARGUMENT', field]);
    assert.equal(served.storage.changes, before);
  });
}

test('an application without a name is refused by every method', async () => {
  const methods = ['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'ListSchedules'];
  const others = ['DeleteSchedule', 'PauseSchedule', 'ResumeSchedule', 'TriggerSchedule'];
  const reads = ['BackfillSchedule', 'ListNextRuns', 'ListSkippedRuns'];
  for (const method of [...methods, ...others, ...reads]) {
    const message = 'application must not be empty';
    assert.deepEqual(await served.grpc(method, {}), { code: 3, message }, method);
  }
});

test('a plan that overruns its length, or is cut, is no message', async () => {
  const plans = ['1a05 0a01', '1a04 4202 1a05', '1a06 4204 1a02 0a05', '1a02 0a05'];
  for (const bytes of plans) {
    const { code, message } = await served.raw('CreateSchedule', hex(bytes));
    assert.deepEqual([code, message], [3, 'the bytes are not a message'], bytes);
  }
});
