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

test('the time of the last change rises, also when a clock is behind', () => {
  const steps = [pending()];
  for (let round = 1; round <= 3; round += 1) {
    const begun = must(claimed(steps.at(-1) ?? pending(), CLAIM, moment(DUE_MS - round)));
    steps.push(begun, must(withdrawn(begun, moment(3))));
  }
  steps.push(scheduledAnew(steps.at(-1) ?? pending(), PLAN, uuid(5), moment(4)));
  const times = steps.map(({ updatedMs }) => updatedMs);
  assert.deepEqual(
    times,
    [...new Set(times)].sort((left, right) => left - right),
  );
  assert.equal(steps.at(-1)?.createdMs, 4);
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

describe('an entry with a lateness policy', () => {
  const late = (action: 'skip' | 'dead-letter', maxAgeMs?: number) =>
    pending({ lateness: { maxMs: 100, action }, retry: { ...PLAN.retry, maxAgeMs } });
  const claimedAt = (event: TimedEvent, nowMs: number) =>
    must(claimed(event, CLAIM, moment(nowMs)));

  test('fires up to its maximum, then it is skipped or fails without an attempt', () => {
    for (const action of ['skip', 'dead-letter'] as const) {
      assert.equal(claimedAt(late(action), DUE_MS + 100).state.status, 'PROCESSING');
      const { state, attempts } = claimedAt(late(action), DUE_MS + 101);
      assert.equal(state.status, action === 'skip' ? 'SKIPPED' : 'FAILED');
      assert.ok('reason' in state && state.finishedMs === DUE_MS + 101);
      assert.equal(
        state.reason,
        'it was due more than 100 ms before its first attempt could begin',
      );
      assert.deepEqual(attempts, []);
    }
  });

  test('comes before the maximum age, and asks for the first attempt only', () => {
    assert.equal(claimedAt(late('skip', 1_000), DUE_MS + 5_000).state.status, 'SKIPPED');
    const again = after(processing(late('skip')), answered(503), DUE_MS + 5_000);
    assert.equal(claimedAt(again, DUE_MS + 9_000).state.status, 'PROCESSING');
    const taken = must(lost(processing(late('skip')), moment(DUE_MS + 5_000)));
    assert.equal(claimedAt(taken, DUE_MS + 9_000).state.status, 'PROCESSING');
    const back = must(withdrawn(processing(late('skip')), moment(DUE_MS + 50)));
    assert.equal(claimedAt(back, DUE_MS + 101).state.status, 'SKIPPED', 'no attempt was made');
  });
});

describe('a task', () => {
  const target = { kind: 'task', task: 'schedule' } as const;

  test('that is done is called again at its time, in a generation with an empty log', () => {
    const earlier = must(lost(processing(pending({ target })), moment(DUE_MS + 5)));
    const again = after(processing(earlier), { kind: 'again', atMs: 77_000 }, DUE_MS + 60);
    assert.deepEqual(again.state, { status: 'PENDING', nextMs: 77_000 });
    assert.equal(again.plan.dueMs, 77_000);
    assert.deepEqual(again.attempts, []);
    assert.equal(again.generation, moment(DUE_MS + 60).change);
    const past = after(processing(earlier), { kind: 'again', atMs: 3 });
    assert.deepEqual(
      past.state,
      { status: 'PENDING', nextMs: DUE_MS + 6 },
      'never at its own time',
    );
  });

  test('goes on however often its pollers die', () => {
    let event = pending({ target });
    for (let round = 1; round <= 30; round += 1) {
      event = must(lost(processing(event), moment(DUE_MS + round)));
    }
    assert.equal(event.state.status, 'PENDING');
  });

  test('has one destination', () => {
    assert.equal(destinationOf(target), 'task:');
    assert.equal(destinationOf({ kind: 'task', task: 'sweep' }), 'task:');
  });
});
