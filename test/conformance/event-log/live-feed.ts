import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ANY_VERSION,
  FEED_START,
  type FeedCursor,
  type PageBoundary,
  type RecordedEvent,
  type StreamRef,
  type TypeCode,
} from '../../../src/core/index.js';
import type { FeedPage } from '../../../src/storage/index.js';
import { expectFeedOrder, readPage } from './feed.js';
import { appendOf, freshStream, newEvent, newEvents, until, type Kit } from './kit.js';

const WRITERS = 8;
const WHOLE_MS = 'whole milliseconds';

/** How a poller comes from one page to the next. */
interface Poller {
  readonly name: string;
  readonly boundary: PageBoundary;
  /** One: that of most events. Several: that of all other events, too. All: by `readAll`. */
  readonly types: 'one' | 'several' | 'all';
  next(page: FeedPage): FeedCursor;
}

const nextOfPage = (page: FeedPage): FeedCursor => page.next;
const nextBySavetime = (page: FeedPage): FeedCursor => {
  const last = page.events.at(-1);
  return last === undefined ? page.next : { kind: 'savetime', savetimeMs: last.savetimeMs };
};

const POLLERS: readonly Poller[] = [
  { name: 'cursor, by event', types: 'one', boundary: 'event', next: nextOfPage },
  { name: 'cursor, by ms', types: 'one', boundary: 'millisecond', next: nextOfPage },
  { name: 'savetime, by ms', types: 'one', boundary: 'millisecond', next: nextBySavetime },
  { name: 'several types, by event', types: 'several', boundary: 'event', next: nextOfPage },
  { name: 'several types, by ms', types: 'several', boundary: 'millisecond', next: nextBySavetime },
  { name: 'all, by event', types: 'all', boundary: 'event', next: nextOfPage },
  { name: 'all, by ms', types: 'all', boundary: 'millisecond', next: nextBySavetime },
];

/** Pollers beside writers that append `total` events as fast as they can. */
export function exerciseLiveFeed(kit: Kit, total: number): void {
  const timeoutMs = 60_000 + total * 20;
  describe('by type, live', () => {
    test(`${total} events of ${WRITERS} writers, each seen once`, {
      timeout: timeoutMs,
    }, async (t) => {
      const isOrdered = kit.capabilities.feed === 'ordered';
      const offered = POLLERS.filter(({ types }) => types !== 'all' || isOrdered);
      const pollers = offered.filter(({ boundary }) => boundary === 'event' || !kit.gaps[WHOLE_MS]);
      if (kit.gaps[WHOLE_MS]) t.diagnostic(`gap ${WHOLE_MS}: pollers by ms are left out`);
      const writers = new Writers(kit, total);
      const start = await kit.backend.eventLog.feedEnd();
      const polling = pollers.map((poller) => poll(kit, { poller, start, writers, timeoutMs }));
      const [, seen] = await Promise.all([writers.run(), Promise.all(polling)]);
      for (const [index, { events, emptyPages, pages }] of seen.entries()) {
        const { name, types } = pollers[index] ?? assert.fail();
        const { acknowledged, alone } = writers;
        expectExactlyOnce(events, types === 'one' ? alone : acknowledged, name);
        t.diagnostic(`${name}: ${events.length} events, ${pages} pages, ${emptyPages} empty`);
      }
      const sharing = sharedMilliseconds(seen[0]?.events ?? []);
      t.diagnostic(`${sharing} milliseconds held events of several streams`);
    });
  });
}

/** Writers that share half of their streams, and count what was acknowledged. */
class Writers {
  /** `stream version` of every acknowledged event. */
  readonly acknowledged = new Set<string>();
  /** Of those of the first type. */
  readonly alone = new Set<string>();
  readonly types: readonly [TypeCode, TypeCode, TypeCode];
  state: 'writing' | 'done' | 'failed' = 'writing';
  readonly #kit: Kit;
  #left: number;

  constructor(kit: Kit, total: number) {
    this.#kit = kit;
    this.types = [kit.freshType(), kit.freshType(), kit.freshType()];
    this.#left = total;
  }

  async run(): Promise<void> {
    const streams = Array.from({ length: WRITERS }, () => freshStream());
    const shared = streams.slice(0, 2);
    const writers = streams.map((own, index) => this.#write([own, shared[index % 2] ?? own]));
    try {
      await Promise.all(writers);
      this.state = 'done';
    } catch (error) {
      this.state = 'failed';
      throw error;
    }
  }

  async #write(streams: readonly StreamRef[]): Promise<void> {
    const [type, ...others] = this.types;
    for (let round = 0; this.#left > 0; round += 1) {
      const count = Math.min(1 + (round % 9), this.#left);
      this.#left -= count;
      const stream = streams[round % streams.length];
      const other = others[round % others.length];
      assert.ok(stream && other);
      const events = [...newEvents(type, count - 1), newEvent(other)];
      const outcome = await this.#kit.appendOne(stream, appendOf(ANY_VERSION, ...events));
      assert.ok(outcome.kind === 'appended', `outcome is ${outcome.kind}`);
      for (let version = outcome.firstVersion; version < outcome.lastVersion; version += 1) {
        this.alone.add(`${stream.id} ${version}`);
        this.acknowledged.add(`${stream.id} ${version}`);
      }
      this.acknowledged.add(`${stream.id} ${outcome.lastVersion}`);
    }
  }
}

interface Polling {
  readonly poller: Poller;
  readonly start: FeedCursor;
  readonly writers: Writers;
  readonly timeoutMs: number;
}

/** Polls until all was seen that was written, then once more. */
async function poll(kit: Kit, { poller, start, writers, timeoutMs }: Polling) {
  const events: RecordedEvent[] = [];
  const { types } = poller;
  const wanted = types === 'one' ? writers.alone : writers.acknowledged;
  const chosen = types === 'one' ? writers.types.slice(0, 1) : writers.types;
  const limit = types === 'all' ? kit.limitOfAll(100) : 100;
  const rules = { limit, bytesMax: 3 * 1_048_576, boundary: poller.boundary };
  const query = types === 'all' ? rules : { ...rules, types: chosen };
  let after: FeedCursor = types === 'all' ? start : FEED_START;
  let pages = 0;
  let emptyPages = 0;
  const pollOnce = async (): Promise<FeedPage> => {
    const page = await readPage(kit, { ...query, after });
    events.push(...page.events);
    after = poller.next(page);
    pages += 1;
    if (page.events.length === 0) emptyPages += 1;
    return page;
  };
  const isOrdered = kit.capabilities.feed === 'ordered';
  const waitMs = timeoutMs - 10_000;
  await until(`${poller.name}: all events`, waitMs, async () => {
    const { state } = writers;
    const page = await pollOnce();
    const isEnd = state === 'done' && isOrdered && page.caughtUp; // nothing will come any more
    return isEnd || state === 'failed' || (state === 'done' && events.length >= wanted.size)
      ? true
      : undefined;
  }).catch((error: unknown) => {
    assert.fail(`${String(error)}; saw ${events.length}, acknowledged ${wanted.size}`);
  });
  await pollOnce();
  return { events, pages, emptyPages };
}

function expectExactlyOnce(
  events: readonly RecordedEvent[],
  acknowledged: ReadonlySet<string>,
  name: string | undefined,
): void {
  const keys = events.map((event) => `${event.stream} ${event.version}`);
  const seen = new Set(keys);
  const missing = [...acknowledged].filter((key) => !seen.has(key));
  assert.deepEqual(missing.slice(0, 5), [], `${name}: ${missing.length} were never seen`);
  assert.equal(keys.length, acknowledged.size, `${name}: nothing comes twice`);
  expectFeedOrder(events);
}

/** How often the hard case came up: a millisecond with events of more than one stream. */
function sharedMilliseconds(events: readonly RecordedEvent[]): number {
  const streams = new Map<number, Set<string>>();
  for (const { savetimeMs, stream } of events) {
    streams.set(savetimeMs, (streams.get(savetimeMs) ?? new Set()).add(stream));
  }
  return [...streams.values()].filter((set) => set.size > 1).length;
}
