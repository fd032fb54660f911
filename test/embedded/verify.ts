import assert from 'node:assert/strict';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import {
  FEED_START,
  type FeedCursor,
  type PageBoundary,
  type RecordedEvent,
  type StreamRef,
  type TypeCode,
} from '../../src/core/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { EventLog } from '../../src/storage/index.js';
import { parsePayload, payloadOf, type Acknowledged } from './workload.js';

export interface VerifyRequest {
  readonly eventLog: EventLog;
  /** All streams that were written, and all types. */
  readonly streams: readonly StreamRef[];
  readonly types: readonly TypeCode[];
  readonly acknowledged: readonly Acknowledged[];
  /** How the feeds are read; not given: either way. */
  readonly boundaries?: readonly PageBoundary[];
}

export interface VerifiedCounts {
  readonly events: number;
  readonly batches: number;
  /** Batches that are there although nobody was told: their answer was lost with the process. */
  readonly unanswered: number;
}

/** As `verifyStore`, of a data directory that it opens and closes. */
export async function verifyFolder(
  dataDir: string,
  request: Omit<VerifyRequest, 'eventLog'>,
): Promise<VerifiedCounts> {
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  try {
    return await verifyStore({ ...request, eventLog: backend.eventLog });
  } finally {
    await backend.close();
  }
}

/**
 * Throws unless the store holds every acknowledged batch where its answer said, no half batch, no
 * batch twice, no hole; and the feeds, by type and of all, hold exactly the events of the streams.
 */
export async function verifyStore(request: VerifyRequest): Promise<VerifiedCounts> {
  const all: RecordedEvent[] = [];
  const batches = new Map<string, Acknowledged>();
  for (const stream of request.streams) {
    const events = await readWhole(request.eventLog, stream);
    for (const batch of batchesOf(events)) {
      assert.ok(!batches.has(batch.batch), `batch ${batch.batch} is there twice`);
      batches.set(batch.batch, batch);
    }
    all.push(...events);
  }
  for (const answer of request.acknowledged) {
    assert.deepEqual(batches.get(answer.batch), answer, `batch ${answer.batch}`);
  }
  const pair = request.types.slice(0, 2);
  const selections = [undefined, pair, ...request.types.map((type) => [type])];
  for (const types of selections) {
    const expected = all.filter(({ type }) => types?.includes(type) ?? true);
    for (const boundary of request.boundaries ?? (['event', 'millisecond'] as const)) {
      checkFeed(await readFeed(request.eventLog, types, boundary), expected);
    }
  }
  return {
    events: all.length,
    batches: batches.size,
    unanswered: batches.size - request.acknowledged.length,
  };
}

async function readWhole(eventLog: EventLog, stream: StreamRef): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const query = { stream: stream.id, fromVersion: undefined, limit: undefined } as const;
  for await (const chunk of eventLog.readStream({ ...query, direction: 'forward' })) {
    events.push(...chunk);
  }
  assert.equal(await eventLog.currentVersion(stream.id), events.length);
  events.forEach((event, index) => {
    assert.equal(event.version, index + 1);
    assert.equal(event.stream, stream.id);
    assert.ok(event.savetimeMs >= (events[index - 1]?.savetimeMs ?? 0), 'savetimes do not fall');
  });
  return events;
}

/** Throws for a batch that is not whole or not in one piece. */
function batchesOf(events: readonly RecordedEvent[]): Acknowledged[] {
  const batches: Acknowledged[] = [];
  for (let start = 0; start < events.length; ) {
    const first = events[start];
    assert.ok(first?.content.kind === 'text');
    const { batch, count } = parsePayload(first.content.text);
    for (let index = 0; index < count; index += 1) {
      const content = events[start + index]?.content;
      const text = payloadOf(batch, index, count);
      assert.deepEqual(content, { kind: 'text', text }, `event ${index} of batch ${batch}`);
    }
    batches.push({ batch, stream: first.stream, firstVersion: first.version, count });
    start += count;
  }
  return batches;
}

/** The whole feed of some types, or of all, in order. */
export async function readFeed(
  eventLog: EventLog,
  types: readonly TypeCode[] | undefined,
  boundary: PageBoundary,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let after: FeedCursor = FEED_START;
  for (;;) {
    const query = { after, boundary, limit: 1_000, bytesMax: 3 * 1_048_576 };
    const page = await (types ? eventLog.readByType({ ...query, types }) : eventLog.readAll(query));
    events.push(...page.events);
    after = page.next;
    if (page.caughtUp) return events;
  }
}

function checkFeed(feed: readonly RecordedEvent[], expected: readonly RecordedEvent[]): void {
  const place = (event: RecordedEvent): string => `${event.stream} ${event.version}`;
  const byPlace = new Map(feed.map((event) => [place(event), event]));
  assert.equal(feed.length, expected.length, 'as many events in the feed as in the streams');
  assert.equal(byPlace.size, feed.length, 'no event twice in the feed');
  for (const event of expected) assert.deepEqual(byPlace.get(place(event)), event);
  feed.forEach((event, index) => {
    assert.ok(event.savetimeMs >= (feed[index - 1]?.savetimeMs ?? 0), 'the feed is in order');
  });
}
