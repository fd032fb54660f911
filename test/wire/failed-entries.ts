import assert from 'node:assert/strict';
import {
  attempted,
  claimed,
  requireUuid,
  type Moment,
  type TimedEvent,
} from '../../src/core/index.js';
import type { SchedulerUnderTest } from './scheduler-under-test.js';

const POLLER = requireUuid('00000000-0000-7000-8000-0000000000ff');
let changes = 0;

function momentAt(nowMs: number): Moment {
  changes += 1;
  const change = requireUuid(`00000000-0000-7000-9000-${String(changes).padStart(12, '0')}`);
  return { nowMs, change };
}

async function stored(
  { timedEvents }: SchedulerUnderTest,
  eventId: string,
  next: (event: TimedEvent) => TimedEvent | undefined,
): Promise<void> {
  const from = await timedEvents.find({ application: 'shop', eventId });
  assert.ok(from);
  const to = next(from);
  assert.ok(to);
  const { signal } = new AbortController();
  assert.equal((await timedEvents.change({ from, to }, signal)).kind, 'changed');
}

/** What a poller does that comes to the entry at this time. */
export async function claim(
  served: SchedulerUnderTest,
  eventId: string,
  nowMs: number,
): Promise<void> {
  const by = { poller: POLLER, epoch: 1, claimedMs: nowMs };
  await stored(served, eventId, (event) => claimed(event, by, momentAt(nowMs)));
}

/** An attempt that is answered with 404, which is final. */
export async function fail(
  served: SchedulerUnderTest,
  eventId: string,
  nowMs: number,
): Promise<void> {
  await claim(served, eventId, nowMs);
  const result = { kind: 'answered', status: 404, body: '', retryAfterMs: undefined } as const;
  const attempt = { result, startedMs: nowMs, durationMs: 1, chance: 0 };
  await stored(served, eventId, (event) => attempted(event, attempt, momentAt(nowMs)));
}
