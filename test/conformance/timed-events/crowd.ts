import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TimedEventKey } from '../../../src/core/index.js';
import type { DueEntry, DueQueue, TimedEvents } from '../../../src/storage/index.js';
import { changeIn, freshApplication, newEntry, newUuid, type TimedEventsFactory } from './kit.js';

const LIMIT = 500;
/** Enough of one application for the poller. */
const HELD = 1_000;

export interface CrowdOptions {
  readonly size: number;
  readonly addedAtOnce: number;
  /** Over how long the due times of the crowd are spread. */
  readonly spreadMs: number;
  /** How soon the one entry of another application is handed out. */
  readonly withinMs: number;
  readonly timeoutMs: number;
}

/** One application has very many entries due before the only one of another application. */
export function exerciseCrowd(
  name: string,
  factory: TimedEventsFactory,
  crowd: CrowdOptions,
): void {
  const { spreadMs, withinMs, timeoutMs } = crowd;
  describe(`a crowd ${name}`, () => {
    test(`${crowd.size} due over ${spreadMs} ms before one of another application`, {
      timeout: timeoutMs,
    }, async (context) => {
      const underTest = await factory();
      const { timedEvents } = underTest;
      const queue = await timedEvents.openQueue(newUuid());
      try {
        const application = freshApplication();
        const baseMs = Date.now() - spreadMs - 1;
        const dueOf = (index: number) => baseMs + Math.floor((index * spreadMs) / crowd.size);
        await addAll(timedEvents, application, crowd, dueOf);
        const one = { application: freshApplication(), eventId: 'one' };
        await changeIn(timedEvents, undefined, newEntry(one, { dueMs: baseMs + spreadMs }));
        const all: DueEntry[] = [];
        while (all.length < HELD) all.push(...(await take(queue)));

        const without = new Set([application]);
        const beganMs = performance.now();
        while (!(await take(queue, without)).some(({ key }) => isSame(key, one))) {
          assert.ok(performance.now() - beganMs < timeoutMs, 'it never comes');
        }
        const tookMs = Math.round(performance.now() - beganMs);
        const nextMs = await msOf(() => take(queue, without));
        context.diagnostic(`handed out after ${tookMs} ms; the next look took ${nextMs} ms`);
        assert.ok(tookMs < withinMs, `handed out after ${tookMs} ms`);

        const held = Math.min(crowd.size, all.length + 5 * LIMIT);
        while (all.length < held) all.push(...(await take(queue)));
        const times = all.map((entry) => entry.nextMs);
        assert.deepEqual(
          times,
          [...times].sort((left, right) => left - right),
          'in order of time',
        );
        assert.equal(new Set(all.map(({ key }) => key.eventId)).size, all.length, 'each once');
      } finally {
        await queue.close();
        await underTest.cleanup();
      }
    });
  });
}

async function take(queue: DueQueue, without?: ReadonlySet<string>): Promise<readonly DueEntry[]> {
  const nowMs = Date.now();
  const window = { nowMs, fromMs: 0, untilMs: nowMs, limit: LIMIT };
  const entries = await queue.take(without === undefined ? window : { ...window, without });
  assert.ok(!entries.some(({ key }) => without?.has(key.application) === true));
  if (entries.length === 0) await queue.arrival(20, AbortSignal.timeout(1_000));
  return entries;
}

async function addAll(
  timedEvents: TimedEvents,
  application: string,
  { size, addedAtOnce }: CrowdOptions,
  dueOf: (index: number) => number,
): Promise<void> {
  for (let start = 0; start < size; start += addedAtOnce) {
    const count = Math.min(addedAtOnce, size - start);
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, offset) => {
        const index = start + offset;
        const entry = newEntry({ application, eventId: `e${index}` }, { dueMs: dueOf(index) });
        return changeIn(timedEvents, undefined, entry);
      }),
    );
    assert.ok(outcomes.every(({ kind }) => kind === 'changed'));
  }
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return Math.round(performance.now() - beganMs);
}

function isSame(left: TimedEventKey, right: TimedEventKey): boolean {
  return left.application === right.application && left.eventId === right.eventId;
}
