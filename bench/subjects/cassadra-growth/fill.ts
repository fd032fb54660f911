import { randomUUID } from 'node:crypto';
import type { Cassadra, NewEvent, TimedEventRequest } from 'cassadra';
import { PAYLOAD } from '../../load/payload.js';
import type { LoadResult } from '../../model/load-result.js';
import type { GrowthWorkload } from '../../model/workload.js';

export const GROWN_TYPE = 'Grown';

/** Appends of a hundred: the fewest calls that programs of this kind make. */
const BATCH = 100;
/** On the way at once, so that many are flushed together. */
const APPENDS_AT_ONCE = 256;
/** More at once are more conditional writes than a small Cassandra takes. */
const BATCHES_AT_ONCE = 2;
/** Short streams are filled until there are so many events, or so many streams. */
const STREAM_EVENTS = 100_000;
const STREAMS_MAX = 1_000;
/** Timers are due in the day after tomorrow. */
const DAY_MS = 24 * 3_600_000;

/** Of so many events each: enough for the next appends to change their length little. */
export function longStreams(size: number): readonly string[] {
  const count = Math.max(1, Math.min(STREAMS_MAX, Math.floor(STREAM_EVENTS / size)));
  return Array.from({ length: count }, (_, number) => `long-${String(number)}`);
}

export const grownStream = (number: number): string => `grown-${String(number)}`;

/** Brings an empty store to the size. */
export async function fill(store: Cassadra, workload: GrowthWorkload): Promise<LoadResult> {
  const from = performance.now();
  const { of, size } = workload;
  if (of === 'pending timers') await addTimers(store, size);
  else if (of !== 'servers') await appendAll(store, appendsFor(workload));
  const seconds = (performance.now() - from) / 1000;
  return { operations: size, events: size, seconds, errors: 0 };
}

interface Append {
  readonly stream: string;
  readonly events: number;
}

function* appendsFor({ of, size }: GrowthWorkload): Generator<Append, void> {
  if (of === 'events of a stream') {
    for (const stream of longStreams(size)) {
      for (let left = size; left > 0; left -= BATCH) {
        yield { stream, events: Math.min(BATCH, left) };
      }
    }
    return;
  }
  const each = of === 'streams' ? 1 : BATCH;
  for (let number = 0; number < size / each; number += 1) {
    yield { stream: grownStream(number), events: each };
  }
}

async function appendAll(store: Cassadra, appends: Iterable<Append>): Promise<void> {
  const pipeline = store.appendMany({ maxInFlight: APPENDS_AT_ONCE });
  const events: NewEvent[] = Array.from({ length: BATCH }, () => ({
    type: GROWN_TYPE,
    json: PAYLOAD,
  }));
  let failure: Error | undefined;
  const failed = (cause: unknown): void => {
    failure ??= new Error('an append failed', { cause });
  };
  for (const { stream, events: count } of appends) {
    await pipeline.ready();
    if (failure !== undefined) throw failure;
    pipeline.append(stream, events.slice(0, count), { expected: 'any' }).catch(failed);
  }
  await pipeline.close();
  if (failure !== undefined) throw failure;
}

async function addTimers(store: Cassadra, count: number): Promise<void> {
  let left = count;
  const now = Date.now();
  const work = async (): Promise<void> => {
    while (left > 0) {
      const requests = Array.from({ length: Math.min(BATCH, left) }, () => farTimer(now));
      left -= requests.length;
      for (const { error } of await store.timers.scheduleMany(requests)) {
        if (error !== undefined) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
}

function farTimer(now: number): TimedEventRequest {
  return {
    application: 'bench',
    eventId: randomUUID(),
    due: Math.round(now + DAY_MS * (2 + Math.random())),
    append: { stream: 'fired', type: GROWN_TYPE, json: PAYLOAD },
  };
}
