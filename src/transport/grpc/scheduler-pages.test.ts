import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  requireUuid,
  type Attempt,
  type TimedEventKey,
  type TimedEventSummary,
} from '../../core/index.js';
import {
  ListAttemptsResponse,
  ListRequest,
  ListResponse,
} from '../../gen/cassadra/v1/scheduler.js';
import { decodeList, encodeList, pageOfAttempts } from './scheduler-pages.js';

const RESPONSE_BYTES_MAX = 4 * 1_048_576;
const ID = requireUuid('00000000-0000-7000-8000-000000000001');

function summary(index: number, headerBytes: number): TimedEventSummary {
  const headers = [{ name: 'a', value: 'x'.repeat(headerBytes) }];
  return {
    key: { application: 'shop', eventId: `e.${index}` },
    generation: ID,
    dueMs: 1_000 + index,
    target: { kind: 'http', url: 'http://receiver.test/', method: 'POST', headers },
    ...{ createdMs: 1, updatedMs: 1, attemptCount: 0 },
    state: { status: 'PENDING', nextMs: 1_000 + index },
  };
}

const QUERY = decodeList(ListRequest.fromPartial({ application: 'shop' }));

function placeOf(nextPageToken: string): ReturnType<typeof decodeList>['after'] {
  const request = ListRequest.fromPartial({ application: 'shop', pageToken: nextPageToken });
  return decodeList(request).after;
}

test('a page that a response cannot hold ends earlier and goes on behind its last entry', () => {
  const events = Array.from({ length: 1_000 }, (_, index) => summary(index, 16_000));
  const page = encodeList(QUERY, { events, next: { dueMs: 9_999, eventId: 'next' } });
  assert.ok(ListResponse.encode(page).finish().length < RESPONSE_BYTES_MAX);
  const count = page.timedEvents.length;
  assert.ok(count > 150 && count < 1_000, String(count));
  const last = events[count - 1];
  const place = { dueMs: last?.dueMs, eventId: last?.key.eventId };
  assert.deepEqual(placeOf(page.nextPageToken), place);
});

test('a page that fits goes on where the storage says', () => {
  const next = { dueMs: 5, eventId: 'grüße.mit.punkten' };
  const page = encodeList(QUERY, { events: [summary(1, 10)], next });
  assert.deepEqual([page.timedEvents.length, placeOf(page.nextPageToken)], [1, next]);
  assert.equal(encodeList(QUERY, { events: [summary(1, 10)], next: undefined }).nextPageToken, '');
});

test('attempts with long answers come in several pages, each of them once', () => {
  const claim = { poller: ID, epoch: 1, claimedMs: 1 };
  const body = 'x'.repeat(65_536);
  const attempts = Array.from(
    { length: 110 },
    (_, index): Attempt => ({
      ...{ number: index + 1, startedMs: 1, durationMs: 1, claim },
      outcome: { kind: 'answered', status: 500, body },
    }),
  );
  const key = { application: 'shop', eventId: 'e' };
  const seen: number[] = [];
  for (let pageToken = ''; ; ) {
    const page = pageOfAttempts({ key, attempts }, { pageSize: 1_000, pageToken });
    assert.ok(ListAttemptsResponse.encode(page).finish().length < RESPONSE_BYTES_MAX);
    seen.push(...page.attempts.map(({ number }) => number));
    pageToken = page.nextPageToken;
    if (pageToken === '') break;
  }
  assert.deepEqual(
    seen,
    attempts.map(({ number }) => number),
  );
});

test('a token of attempts belongs to one timed event', () => {
  const [own, other] = ['a', 'b'].map((eventId) => ({ application: 'tokens', eventId }));
  assert.ok(own && other);
  const claim = { poller: ID, epoch: 1, claimedMs: 1 };
  const attempts = [1, 2].map(
    (number): Attempt => ({
      ...{ number, startedMs: 1, durationMs: 1, claim },
      outcome: { kind: 'lost' },
    }),
  );
  const { nextPageToken } = pageOfAttempts({ key: own, attempts }, { pageSize: 1, pageToken: '' });
  const next = (key: TimedEventKey): unknown =>
    pageOfAttempts({ key, attempts }, { pageSize: 1, pageToken: nextPageToken });
  next(own);
  assert.throws(() => next(other), { code: 'CURSOR_INVALID' });
});
