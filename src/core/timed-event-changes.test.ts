import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_STREAM } from './expected-version.js';
import { DEFAULT_RETRY } from './retry-policy.js';
import {
  attempted,
  claimed,
  lost,
  rescheduled,
  scheduled,
  scheduledAnew,
  withdrawn,
  type CallResult,
} from './timed-event-changes.js';
import { destinationOf, type Claim, type TimedEvent } from './timed-event.js';
import { requireUuid } from './uuid.js';

const DUE_MS = 10_000;
const uuid = (number: number) =>
  requireUuid(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
const moment = (nowMs: number) => ({ nowMs, change: uuid(nowMs) });
const CLAIM: Claim = { poller: uuid(1), epoch: 1, claimedMs: DUE_MS };
const PLAN: TimedEvent['plan'] = {
  dueMs: DUE_MS,
  payload: new Uint8Array([1]),
  target: { kind: 'http', url: 'http://x.test/', method: 'POST', headers: [] },
  retry: { ...DEFAULT_RETRY, attemptsMax: 2 },
  timeoutMs: 1_000,
  retentionMs: 1_000,
};

function must(event: TimedEvent | undefined): TimedEvent {
  assert.ok(event !== undefined);
  return event;
}

function pending(plan: Partial<TimedEvent['plan']> = {}): TimedEvent {
  const key = { application: 'app', eventId: 'a' };
  return scheduled(key, { ...PLAN, ...plan }, uuid(2), moment(1));
}

function processing(event = pending()): TimedEvent {
  return must(claimed(event, CLAIM, moment(DUE_MS)));
}

function after(event: TimedEvent, result: CallResult, nowMs = DUE_MS + 50): TimedEvent {
  const call = { result, startedMs: DUE_MS + 1, durationMs: 49, chance: 0 };
  return must(attempted(event, call, moment(nowMs)));
}

const answered = (status: number, retryAfterMs?: number): CallResult => {
  return { kind: 'answered', status, body: 'text', retryAfterMs };
};

test('a claim keeps the time, so that its notice still fits', () => {
  assert.deepEqual(processing().state, { status: 'PROCESSING', nextMs: DUE_MS, claim: CLAIM });
  const back = must(withdrawn(processing(), moment(DUE_MS + 9)));
  assert.deepEqual(back.state, { status: 'PENDING', nextMs: DUE_MS });
  assert.deepEqual(back.attempts, []);
});

test('an attempt is logged, with its claim and its answer', () => {
  const done = after(processing(), answered(200));
  assert.deepEqual(done.state, { status: 'COMPLETED', finishedMs: DUE_MS + 50 });
  assert.deepEqual(done.attempts, [
    {
      number: 1,
      startedMs: DUE_MS + 1,
      durationMs: 49,
      claim: CLAIM,
      outcome: { kind: 'answered', status: 200, body: 'text' },
    },
  ]);
});

describe('what is tried again', () => {
  test('waits from the end of the attempt, then gives up', () => {
    const again = after(processing(), answered(503));
    assert.deepEqual(again.state, { status: 'PENDING', nextMs: DUE_MS + 550 });
    const second = after(processing(again), { kind: 'failed', error: 'no connection' });
    assert.equal(second.state.status, 'FAILED');
    assert.deepEqual(
      second.attempts.map(({ number }) => number),
      [1, 2],
    );
  });

  test('heeds Retry-After', () => {
    const again = after(processing(), answered(429, 9_000));
    assert.deepEqual(again.state, { status: 'PENDING', nextMs: DUE_MS + 9_050 });
  });

  test('not beyond the maximum age', () => {
    const young = pending({ retry: { ...PLAN.retry, maxAgeMs: 550 } });
    assert.equal(after(processing(young), answered(503)).state.status, 'PENDING');
    assert.equal(after(processing(young), answered(503), DUE_MS + 51).state.status, 'FAILED');
    assert.equal(claimed(young, CLAIM, moment(DUE_MS + 550))?.state.status, 'PROCESSING');
    assert.equal(claimed(young, CLAIM, moment(DUE_MS + 551))?.state.status, 'FAILED');
  });
});

test('a lost attempt is repeated at once and is none of the attempts that count', () => {
  let event = pending();
  for (let round = 1; round <= 9; round += 1) {
    event = must(lost(processing(event), moment(DUE_MS + round)));
    assert.deepEqual(event.state, { status: 'PENDING', nextMs: DUE_MS + round });
  }
  const again = after(processing(event), answered(503));
  assert.equal(again.state.status, 'PENDING', 'one of two attempts is left');
  assert.equal(lost(processing(event), moment(DUE_MS))?.state.status, 'FAILED');
});

test('an attempt is never repeated early, nor at its own time, after the clock was set back', () => {
  const setBackMs = 500;
  const again = after(processing(), answered(503), DUE_MS - 5_000);
  assert.deepEqual(again.state, { status: 'PENDING', nextMs: DUE_MS + 1 });
  const onTheDot = after(processing(), answered(503), DUE_MS - setBackMs);
  assert.deepEqual(onTheDot.state, { status: 'PENDING', nextMs: DUE_MS + 1 });
  const taken = must(lost(processing(), moment(DUE_MS - setBackMs)));
  assert.deepEqual(taken.state, { status: 'PENDING', nextMs: DUE_MS + 1 });
});

test('a new generation begins from the beginning', () => {
  const old = after(processing(), answered(503));
  const anew = scheduledAnew(old, { ...PLAN, dueMs: 77_000 }, uuid(5), moment(20_000));
  assert.deepEqual(anew.attempts, []);
  assert.equal(anew.generation, uuid(5));
  assert.equal(anew.createdMs, 20_000);
  assert.deepEqual(anew.state, { status: 'PENDING', nextMs: 77_000 });
});

test('a move keeps the generation and changes plan and time', () => {
  const moved = must(rescheduled(pending(), 77_000, moment(20)));
  assert.equal(moved.generation, pending().generation);
  assert.equal(moved.plan.dueMs, 77_000);
  assert.deepEqual(moved.state, { status: 'PENDING', nextMs: 77_000 });
});

test('a destination is scheme, host and port', () => {
  const of = (url: string) => destinationOf({ kind: 'http', url, method: 'GET', headers: [] });
  assert.equal(of('http://x.test/a?b'), 'http://x.test:80');
  assert.equal(of('https://x.test/'), 'https://x.test:443');
  assert.equal(of('http://x.test:8080/'), 'http://x.test:8080');
  assert.equal(of('http://[::1]:1/'), 'http://[::1]:1');
});

describe('an event that is to be appended', () => {
  const target = {
    kind: 'append',
    stream: 's',
    type: 'Paid',
    content: 'json',
    contentType: undefined,
    metadata: undefined,
    expected: NO_STREAM,
  } as const;

  test('has one destination, the event store', () => {
    assert.equal(destinationOf(target), 'append:');
    assert.equal(destinationOf({ ...target, stream: 'another' }), 'append:');
  });

  test('fails at a conflict, and says who answered', () => {
    const { state } = after(processing(pending({ target })), answered(409));
    assert.ok(state.status === 'FAILED');
    assert.equal(state.reason, 'the event store answered 409');
  });

  test('is tried again while nobody knows, and may have been appended at the end', () => {
    const again = after(processing(pending({ target })), answered(504));
    assert.equal(again.state.status, 'PENDING');
    const { state } = after(processing(again), answered(504));
    assert.ok(state.status === 'FAILED');
    assert.match(state.reason, /the last one: the event store answered 504/);
  });
});
