import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  requireUuid,
  type TimedEvent,
  type TimedEventPlan,
  type TimedEventState,
} from '../../../core/index.js';
import { entryKey, listKey, placeOfListKey, readEntryKey, timeKey, timeOf } from './keys.js';
import { changeOf, decodeRecord, decodeSummary, encodeRecord } from './record.js';

const uuid = (digit: number) => requireUuid(`00000000-0000-0000-0000-00000000000${digit}`);
const claim = { poller: uuid(3), epoch: 2 ** 40, claimedMs: 1_700_000_000_002 };
const key = { application: 'za\u017c\u00f3', eventId: '\u{1f600}' };

const STATES: readonly TimedEventState[] = [
  { status: 'PENDING', nextMs: 5 },
  { status: 'PROCESSING', nextMs: 5, claim },
  { status: 'COMPLETED', finishedMs: 6 },
  { status: 'FAILED', finishedMs: 6, reason: 'na\u00efve' },
  { status: 'CANCELLED', finishedMs: 6 },
  { status: 'DELETED', finishedMs: 6 },
  { status: 'SKIPPED', finishedMs: 6, reason: 'late' },
];

const LATENESS = { maxMs: 0, action: 'dead-letter' } as const;
const RUN = {
  scheduleId: 'za\u017c\u00f3',
  nominalMs: 1_700_000_000_000,
  cause: 'backfill',
} as const;
const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'a=1',
};
const REPLAY = { atMs: 1_700_000_000_001, earlierAttempts: 2 };

const EXTRAS: readonly Partial<TimedEventPlan>[] = [
  { lateness: LATENESS },
  { run: RUN },
  { replay: REPLAY },
  { trace: TRACE },
  { trace: { ...TRACE, tracestate: '' }, replay: REPLAY },
  { lateness: { maxMs: 9, action: 'skip' }, run: { ...RUN, cause: 'trigger' }, replay: REPLAY },
  { target: { kind: 'task', task: 'failure' } },
  { target: { kind: 'task', task: 'schedule' }, run: RUN, lateness: LATENESS },
];

function entry(state: TimedEventState, maxAgeMs: number | undefined): TimedEvent {
  const headers = [
    { name: 'X-A', value: '' },
    { name: 'X-A', value: 'two' },
  ];
  const retry = { attemptsMax: 3, firstDelayMs: 10, maxDelayMs: 99, doublings: 4, jitter: 0.1 };
  const times = { startedMs: 1, durationMs: 2.5, claim };
  return {
    key,
    generation: uuid(1),
    change: uuid(2),
    plan: {
      dueMs: 1_700_000_000_000,
      payload: Buffer.from('not in the record'),
      target: { kind: 'http', url: 'https://a.test/', method: 'DELETE', headers },
      retry: { ...retry, maxAgeMs },
      timeoutMs: 4,
      retentionMs: 31_536_000_000,
    },
    createdMs: 1_600_000_000_000,
    updatedMs: 1_600_000_000_001,
    state,
    attempts: [
      { number: 1, ...times, outcome: { kind: 'answered', status: 500, body: 'x'.repeat(3_000) } },
      { number: 2, ...times, outcome: { kind: 'failed', error: '' } },
      { number: 3, ...times, outcome: { kind: 'lost' } },
    ],
  };
}

for (const state of STATES) {
  test(`a record keeps an entry that is ${state.status}`, () => {
    for (const maxAgeMs of [undefined, 1_000]) {
      const event = entry(state, maxAgeMs);
      const record = encodeRecord(event);
      const { payload, ...plan } = event.plan;
      assert.ok(payload.length > 0);
      assert.deepEqual(decodeRecord(record, key), { ...event, plan });
      assert.equal(changeOf(record), event.change);
      const summary = decodeSummary(record, key);
      assert.deepEqual(summary.state, state);
      assert.equal(summary.attemptCount, 3);
      assert.equal(summary.dueMs, event.plan.dueMs);
    }
  });
}

for (const extras of EXTRAS) {
  test(`a record keeps ${Object.keys(extras).join(', ')}`, () => {
    const event = entry({ status: 'PENDING', nextMs: 5 }, undefined);
    const { payload, ...plan } = { ...event.plan, ...extras };
    const record = encodeRecord({ ...event, plan: { ...plan, payload } });
    assert.deepEqual(decodeRecord(record, key), { ...event, plan });
    const summary = decodeSummary(record, key);
    assert.deepEqual([summary.target, summary.attemptCount], [plan.target, 3]);
  });
}

/** Written by programs of format 2. */
const RECORDS_OF_FORMAT_2 = {
  http:
    'AQAAAAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAABQAgAAAAAAABAEAAAAAAAAEAqAAAAAAAAA0AUAAAAAAAAAAAA' +
    'AXIAAAAJaHR0cDovL2EvAj/wAAAAAAAAAAAAAW4AAAABdj/wAAAAAAAAQCQAAAAAAABAJgAAAAAAAEAoAAAAAAAAP+AA' +
    'AAAAAAB/+AAAAAAAAEAsAAAAAAAAQC4AAAAAAAA/8AAAAAAAAD/wAAAAAAAAQBgAAAAAAABAHAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAANAIAAAAAAAAEAiAAAAAAAAAEB5QAAAAAAAAAAAAWI=',
  append:
    'AgAAAAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAAAAAAABQAgAAAAAAABAEAAAAAAAAEAqAAAAAAAAA0AUAAAAAAAAAAAA' +
    'AXIAAAABcwBAHAAAAAAAAAEAAQAAAAFtA0AAAAAAAAAAP/AAAAAAAABAJAAAAAAAAEAmAAAAAAAAQCgAAAAAAAA/4AAA' +
    'AAAAAH/4AAAAAAAAQCwAAAAAAABALgAAAAAAAD/wAAAAAAAAP/AAAAAAAABAGAAAAAAAAEAcAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAA0AgAAAAAAAAQCIAAAAAAAAAQHlAAAAAAAAAAAABYg==',
};

test('records of format 2 are read, and written as they were', () => {
  for (const [kind, stored] of Object.entries(RECORDS_OF_FORMAT_2)) {
    const record = Buffer.from(stored, 'base64');
    const event = decodeRecord(record, key);
    assert.equal(event.plan.target.kind, kind);
    assert.deepEqual(event.state, { status: 'FAILED', finishedMs: 5, reason: 'r' });
    assert.equal(event.plan.retentionMs, 15);
    assert.equal(event.attempts[0]?.durationMs, 7);
    const whole = { ...event, plan: { ...event.plan, payload: new Uint8Array() } };
    assert.deepEqual(encodeRecord(whole), record);
  }
});

test('a record that is cut off anywhere is refused', () => {
  const event = entry({ status: 'PENDING', nextMs: 5 }, undefined);
  const extras = { lateness: LATENESS, run: RUN, replay: REPLAY };
  const record = encodeRecord({ ...event, plan: { ...event.plan, ...extras } });
  for (let length = 0; length < record.length; length += 1) {
    const cut = record.subarray(0, length);
    assert.throws(() => decodeRecord(cut, key), { code: 'DATA_DIR_INVALID' });
  }
});

test('keys come back, and sort by time before all else', () => {
  assert.deepEqual(readEntryKey(entryKey(key)), key);
  const dueKey = timeKey(1_700_000_000_000, entryKey(key));
  assert.equal(timeOf(dueKey), 1_700_000_000_000);
  const place = { dueMs: 12, eventId: '\uffff' };
  assert.deepEqual(placeOfListKey(listKey(key.application, place)), place);
  const later = timeKey(256, entryKey({ application: 'a', eventId: 'a' }));
  assert.ok(Buffer.compare(timeKey(255, entryKey(key)), later) < 0);
});
