import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_RETRY } from './retry-policy.js';
import {
  attempted,
  cancelled,
  claimed,
  hurried,
  lost,
  purged,
  refused,
  replayed,
  rescheduled,
  scheduled,
  scheduledAnew,
} from './timed-event-changes.js';
import type { TimedEvent } from './timed-event.js';
import { requireUuid } from './uuid.js';

const DUE_MS = 10_000;
const uuid = (number: number) =>
  requireUuid(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
const moment = (nowMs: number) => ({ nowMs, change: uuid(nowMs) });
const CLAIM = { poller: uuid(1), epoch: 1, claimedMs: DUE_MS };

function must(event: TimedEvent | undefined): TimedEvent {
  assert.ok(event !== undefined);
  return event;
}

/** Two attempts. */
function pending(plan: Partial<TimedEvent['plan']> = {}): TimedEvent {
  const target = { kind: 'http', url: 'http://x.test/', method: 'POST', headers: [] } as const;
  const retry = { ...DEFAULT_RETRY, attemptsMax: 2 };
  const times = { dueMs: DUE_MS, timeoutMs: 1_000, retentionMs: 1_000 };
  const whole = { ...times, payload: new Uint8Array([1]), target, retry, ...plan };
  return scheduled({ application: 'app', eventId: 'a' }, whole, uuid(2), moment(1));
}

function processing(event = pending()): TimedEvent {
  const beganMs = 'nextMs' in event.state ? event.state.nextMs : DUE_MS;
  return must(claimed(event, CLAIM, moment(beganMs)));
}

function after(event: TimedEvent, status: number, nowMs = DUE_MS + 50): TimedEvent {
  const result = { kind: 'answered', status, body: '', retryAfterMs: undefined } as const;
  const call = { result, startedMs: DUE_MS + 1, durationMs: 49, chance: 0 };
  return must(attempted(event, call, moment(nowMs)));
}

describe('a replay', () => {
  const AT_MS = DUE_MS + 90_000;
  const failedOnce = (plan: Partial<TimedEvent['plan']> = {}) =>
    after(processing(pending(plan)), 404);
  const replay = (event: TimedEvent, nowMs = AT_MS) => must(replayed(event, moment(nowMs)));

  test('is due now, in its generation, with its log and its due time', () => {
    const event = replay(failedOnce());
    assert.deepEqual(event.state, { status: 'PENDING', nextMs: AT_MS });
    assert.equal(event.generation, failedOnce().generation);
    assert.deepEqual(event.attempts, failedOnce().attempts);
    assert.equal(event.plan.dueMs, DUE_MS);
    assert.deepEqual(event.plan.replay, { atMs: AT_MS, earlierAttempts: 1 });
  });

  test('has all attempts again, lost ones too; their numbers go on', () => {
    let event = failedOnce();
    for (let round = 1; round <= 2; round += 1) {
      event = replay(event, AT_MS * round);
      event = after(processing(event), 503, AT_MS * round);
      assert.deepEqual(event.state, { status: 'PENDING', nextMs: AT_MS * round + 500 });
      for (let count = 1; count <= 9; count += 1) {
        event = must(lost(processing(event), moment(AT_MS * round)));
        assert.equal(event.state.status, 'PENDING');
      }
      event = after(processing(event), 503, AT_MS * round);
      assert.ok(event.state.status === 'FAILED');
      assert.match(event.state.reason, /^2 attempts failed/);
    }
    assert.deepEqual(
      event.attempts.map(({ number }) => number),
      Array.from({ length: 23 }, (_, index) => index + 1),
    );
  });

  test('age and lateness count from it, or from a later due time that it is moved to', () => {
    const lateness = { maxMs: 100, action: 'skip' } as const;
    const event = replay(
      failedOnce({ lateness, retry: { ...DEFAULT_RETRY, attemptsMax: 2, maxAgeMs: 550 } }),
    );
    const at = (from: TimedEvent, nowMs: number) => claimed(from, CLAIM, moment(nowMs));
    assert.equal(at(event, AT_MS + 101)?.state.status, 'SKIPPED');
    const begun = must(at(event, AT_MS + 100));
    const again = after(begun, 503, AT_MS + 50);
    assert.deepEqual(again.state, { status: 'PENDING', nextMs: AT_MS + 550 });
    assert.equal(after(begun, 503, AT_MS + 51).state.status, 'FAILED');
    assert.equal(at(again, AT_MS + 551)?.state.status, 'FAILED');
    const moved = must(rescheduled(event, 2 * AT_MS, moment(AT_MS)));
    assert.equal(at(moved, 2 * AT_MS + 100)?.state.status, 'PROCESSING');
    assert.equal(at(moved, 2 * AT_MS + 101)?.state.status, 'SKIPPED');
  });

  test('is later than the one before, by a server whose clock is behind too', () => {
    const again = replay(after(processing(replay(failedOnce())), 404), AT_MS - 200);
    assert.deepEqual(again.plan.replay, { atMs: AT_MS + 1, earlierAttempts: 2 });
    assert.deepEqual(again.state, { status: 'PENDING', nextMs: AT_MS - 200 });
  });

  test('does not fire early what was refused just before its due time', () => {
    const gone = must(refused(pending(), 'disabled', moment(DUE_MS - 20)));
    assert.deepEqual(replay(gone, DUE_MS - 10).state, { status: 'PENDING', nextMs: DUE_MS });
  });

  test('is forgotten by the next generation', () => {
    const event = replay(failedOnce());
    const anew = scheduledAnew(event, { ...event.plan, dueMs: AT_MS }, uuid(5), moment(AT_MS));
    assert.ok(!('replay' in anew.plan));
    assert.equal(after(processing(anew), 503).state.status, 'PENDING', 'one is left');
  });
});

describe('what is done to an entry by hand', () => {
  test('hurried: due now, first attempt or later one', () => {
    const first = must(hurried(pending({ dueMs: 77_000 }), moment(DUE_MS)));
    assert.deepEqual(first.state, { status: 'PENDING', nextMs: DUE_MS });
    assert.equal(first.plan.dueMs, DUE_MS);
    const later = must(hurried(after(processing(), 503), moment(DUE_MS + 99)));
    assert.deepEqual(later.state, { status: 'PENDING', nextMs: DUE_MS + 99 });
    assert.equal(later.plan.dueMs, DUE_MS, 'its age goes on');
  });

  test('refused: FAILED without an attempt; purged: DELETED', () => {
    const gone = must(refused(pending(), 'disabled', moment(DUE_MS)));
    assert.deepEqual(gone.state, { status: 'FAILED', finishedMs: DUE_MS, reason: 'disabled' });
    const purge = must(purged(gone, moment(DUE_MS + 5)));
    assert.deepEqual(purge.state, { status: 'DELETED', finishedMs: DUE_MS + 5 });
  });

  test('each takes its own state only', () => {
    const failed = after(processing(), 404);
    const others = [processing(), after(processing(), 200)];
    const skipped = pending({ lateness: { maxMs: 0, action: 'skip' } });
    others.push(must(claimed(skipped, CLAIM, moment(DUE_MS + 1))));
    others.push(must(cancelled(processing(), moment(1))), must(purged(failed, moment(1))));
    const at = moment(99_000);
    for (const event of [...others, pending()]) {
      assert.equal(replayed(event, at), undefined, event.state.status);
      assert.equal(purged(event, at), undefined, event.state.status);
    }
    for (const event of [...others, failed]) {
      assert.equal(hurried(event, at), undefined, event.state.status);
      assert.equal(refused(event, 'x', at), undefined, event.state.status);
    }
  });
});
