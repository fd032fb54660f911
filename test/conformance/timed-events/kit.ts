import assert from 'node:assert/strict';
import {
  requireUuid,
  scheduled,
  type Claim,
  type Moment,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventPlan,
  type Uuid,
} from '../../../src/core/index.js';
import { systemIds } from '../../../src/runtime/index.js';
import type { ChangeOutcome, DueQueue, TimedEvents } from '../../../src/storage/index.js';

/** Open storage of timed events, and how to get rid of it with all its data. */
export interface TimedEventsUnderTest {
  readonly timedEvents: TimedEvents;
  /** Closes this one and opens the same data again; only where data outlive `close`. */
  readonly reopen?: () => Promise<TimedEventsUnderTest>;
  /** Another program on the same data, open beside this one; its `cleanup` leaves the data. */
  readonly beside?: () => Promise<TimedEventsUnderTest>;
  /** Makes all pollers that were opened here vanish without a word. */
  readonly vanish?: () => Promise<void>;
  close(): Promise<void>;
  cleanup(): Promise<void>;
}

export type TimedEventsFactory = () => Promise<TimedEventsUnderTest>;

const CHANGE_TIMEOUT_MS = 30_000;
/** A due time that no test lives to see: such entries are in nobody's way. */
export const FAR_MS = Date.UTC(2100, 0, 1);
export const MINUTE_MS = 60_000;

/** The open storage, shared by all tests of a run; each test has an application of its own. */
export class TimedKit {
  #opened: TimedEventsUnderTest | undefined;

  open(opened: TimedEventsUnderTest): void {
    this.#opened = opened;
  }

  get underTest(): TimedEventsUnderTest {
    assert.ok(this.#opened, 'the storage is open');
    return this.#opened;
  }

  get timedEvents(): TimedEvents {
    return this.underTest.timedEvents;
  }

  change(from: TimedEvent | undefined, to: TimedEvent): Promise<ChangeOutcome> {
    return changeIn(this.timedEvents, from, to);
  }

  /** A change that has to succeed; answers what is stored now. */
  async write(from: TimedEvent | undefined, to: TimedEvent | undefined): Promise<TimedEvent> {
    return writeIn(this.timedEvents, from, to);
  }

  /** Adds a new entry. */
  add(key: TimedEventKey, plan: Partial<TimedEventPlan> = {}): Promise<TimedEvent> {
    return this.write(undefined, newEntry(key, plan));
  }

  find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    return this.timedEvents.find(key);
  }

  openQueue(): Promise<DueQueue> {
    return this.timedEvents.openQueue(newUuid());
  }
}

export function changeIn(
  timedEvents: TimedEvents,
  from: TimedEvent | undefined,
  to: TimedEvent,
): Promise<ChangeOutcome> {
  return timedEvents.change({ from, to }, AbortSignal.timeout(CHANGE_TIMEOUT_MS));
}

export async function writeIn(
  timedEvents: TimedEvents,
  from: TimedEvent | undefined,
  to: TimedEvent | undefined,
): Promise<TimedEvent> {
  assert.ok(to, 'the arrow allows it');
  assert.deepEqual(await changeIn(timedEvents, from, to), { kind: 'changed' });
  return to;
}

export function newUuid(): Uuid {
  return requireUuid(systemIds.newId());
}

/** An application that no other test uses. */
export function freshApplication(): string {
  return `kit-${systemIds.newId()}`;
}

export function keysOf(application: string, count: number): TimedEventKey[] {
  return Array.from({ length: count }, (_, index) => ({
    application,
    eventId: `event-${String(index).padStart(4, '0')}`,
  }));
}

/** Now, with the id of a new change. */
export function moment(nowMs = Date.now()): Moment {
  return { nowMs, change: newUuid() };
}

export function newPlan(changes: Partial<TimedEventPlan> = {}): TimedEventPlan {
  return {
    dueMs: FAR_MS,
    payload: Buffer.from('{"n":1}'),
    target: { kind: 'http', url: 'http://127.0.0.1:9/hook', method: 'POST', headers: [] },
    retry: {
      attemptsMax: 3,
      firstDelayMs: 100,
      maxDelayMs: 1_000,
      doublings: 4,
      jitter: 0,
      maxAgeMs: undefined,
    },
    timeoutMs: 5_000,
    retentionMs: 10 * MINUTE_MS,
    ...changes,
  };
}

export function newEntry(key: TimedEventKey, plan: Partial<TimedEventPlan> = {}): TimedEvent {
  return scheduled(key, newPlan(plan), newUuid(), moment());
}

export function claimOf(poller: Uuid, epoch = 1): Claim {
  return { poller, epoch, claimedMs: Date.now() };
}

/** Buffers and plain arrays of the same bytes are the same. */
export function plain(event: TimedEvent | undefined): unknown {
  if (event === undefined) return undefined;
  const payload = Buffer.from(event.plan.payload).toString('base64');
  return { ...event, plan: { ...event.plan, payload } };
}

export function assertSame(actual: TimedEvent | undefined, wanted: TimedEvent | undefined): void {
  assert.deepEqual(plain(actual), plain(wanted));
}

export function assertDiffers(outcome: ChangeOutcome, current: TimedEvent | undefined): void {
  assert.equal(outcome.kind, 'differs');
  if (outcome.kind === 'differs') assertSame(outcome.current, current);
}
