import assert from 'node:assert/strict';
import {
  attempted,
  claimed,
  type TimedEvent,
  type TimedEventKey,
  type Uuid,
} from '../../../src/core/index.js';
import type { DueEntry, DueQueue, TimedEvents } from '../../../src/storage/index.js';
import { changeIn, moment } from './kit.js';

/** An entry, and what the clock said when it was asked for. */
export interface Taken {
  readonly entry: DueEntry;
  readonly nowMs: number;
}

export interface DrainOptions {
  /** Only entries of this application are shown; those of other tests are left as they are. */
  readonly application: string;
  readonly aheadMs?: number;
  readonly limit?: number;
  readonly without?: ReadonlySet<string>;
}

const LIMIT = 1_000;
const LOOK_MS = 100;
/** Takes what is due now, once. */
export async function takeDue(queue: DueQueue, options: DrainOptions): Promise<Taken[]> {
  const { application, aheadMs = 0, limit = LIMIT, without = new Set() } = options;
  const nowMs = Date.now();
  const entries = await queue.take({ nowMs, fromMs: 0, untilMs: nowMs + aheadMs, limit, without });
  assert.ok(entries.length <= limit, 'the limit is kept');
  assert.ok(!entries.some(({ key }) => without.has(key.application)), 'none is handed out');
  const times = entries.map(({ nextMs }) => nextMs);
  assert.deepEqual(
    times,
    [...times].sort((left, right) => left - right),
    'oldest first',
  );
  const own = entries.filter(({ key }) => key.application === application);
  return own.map((entry) => ({ entry, nowMs }));
}

/** Polls until `done`, which is asked after each take; fails after `timeoutMs`. */
export async function drain(
  queue: DueQueue,
  options: DrainOptions & { readonly timeoutMs?: number },
  onTaken: (taken: readonly Taken[]) => Promise<boolean> | boolean,
): Promise<void> {
  const { timeoutMs = 30_000 } = options;
  const giveUp = AbortSignal.timeout(timeoutMs);
  for (;;) {
    if (await onTaken(await takeDue(queue, options))) return;
    assert.ok(!giveUp.aborted, `the poller did not get what it should within ${timeoutMs} ms`);
    await queue.arrival(LOOK_MS, giveUp);
  }
}

/** Polls until all of the keys were handed out; answers all that was, in order. */
export async function drainKeys(
  queue: DueQueue,
  keys: readonly TimedEventKey[],
  options: Omit<DrainOptions, 'application'> & { readonly timeoutMs?: number } = {},
): Promise<Taken[]> {
  const wanted = new Set(keys.map(({ eventId }) => eventId));
  const all: Taken[] = [];
  const application = keys[0]?.application ?? '';
  await drain(queue, { ...options, application }, (taken) => {
    all.push(...taken);
    for (const { entry } of taken) wanted.delete(entry.key.eventId);
    return wanted.size === 0;
  });
  return all;
}

/** Polls for a while; answers what was handed out. */
export async function drainFor(
  queue: DueQueue,
  application: string,
  ms: number,
  without: ReadonlySet<string> = new Set(),
): Promise<Taken[]> {
  const untilMs = Date.now() + ms;
  const all: Taken[] = [];
  await drain(queue, { application, without }, (taken) => {
    all.push(...taken);
    return Date.now() >= untilMs;
  });
  return all;
}

/** Claims an entry as a poller does; undefined when another was faster. */
export async function claimEntry(
  timedEvents: TimedEvents,
  entry: DueEntry,
  poller: Uuid,
): Promise<TimedEvent | undefined> {
  const current = await timedEvents.find(entry.key);
  const isIt = current?.generation === entry.generation && 'nextMs' in current.state;
  if (!isIt || current.state.nextMs !== entry.nextMs) return undefined;
  const to = claimed(current, { poller, epoch: entry.epoch, claimedMs: Date.now() }, moment());
  if (to === undefined) return undefined;
  return (await changeIn(timedEvents, current, to)).kind === 'changed' ? to : undefined;
}

/** The end of an attempt that succeeded. */
export function completed(processing: TimedEvent): TimedEvent | undefined {
  const result = { kind: 'answered', status: 200, body: '', retryAfterMs: undefined } as const;
  return attempted(processing, { result, startedMs: 1, durationMs: 1, chance: 0 }, moment());
}
