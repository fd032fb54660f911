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

/** How a poller comes from one page to the next. */
interface Poller {
  readonly name: string;
  readonly boundary: PageBoundary;
  next(page: FeedPage): FeedCursor;
}

const POLLERS: readonly Poller[] = [
  { name: 'cursor, boundary event', boundary: 'event', next: (page) => page.next },
  { name: 'cursor, boundary millisecond', boundary: 'millisecond', next: (page) => page.next },
  {
    name: 'savetime, boundary millisecond',
    boundary: 'millisecond',
    next(page) {
      const last = page.events.at(-1);
      return last === undefined ? page.next : { kind: 'savetime', savetimeMs: last.savetimeMs };
    },
  },
];

/** Pollers beside writers that append `total` events of one type as fast as they can. */
export function exerciseLiveFeed(kit: Kit, total: number): void {
  const timeoutMs = 60_000 + total * 20;
  describe('by type, live', () => {
    test(`${total} events of ${WRITERS} writers, each seen once`, {
      timeout: timeoutMs,
    }, async (t) => {
      const type = kit.freshType();
      const writers = new Writers(kit, type, total);
      const polling = POLLERS.map((poller) => poll(kit, { poller, type, writers, timeoutMs }));
      const [, seen] = await Promise.all([writers.run(), Promise.all(polling)]);
      for (const [index, { events, emptyPages, pages }] of seen.entries()) {
        const name = POLLERS[index]?.name;
        expectExactlyOnce(events, writers.acknowledged, name);
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
  readonly total: number;
  state: 'writing' | 'done' | 'failed' = 'writing';
  readonly #kit: Kit;
  readonly #type: TypeCode;
  #left: number;

  constructor(kit: Kit, type: TypeCode, total: number) {
    this.#kit = kit;
    this.#type = type;
    this.total = total;
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
    const noise = this.#kit.freshType();
    for (let round = 0; this.#left > 0; round += 1) {
      const count = Math.min(1 + (round % 9), this.#left);
      this.#left -= count;
      const stream = streams[round % streams.length];
      assert.ok(stream);
      const events = [...newEvents(this.#type, count), newEvent(noise)];
      const outcome = await this.#kit.appendOne(stream, appendOf(ANY_VERSION, ...events));
      assert.ok(outcome.kind === 'appended', `outcome is ${outcome.kind}`);
      for (let version = outcome.firstVersion; version < outcome.lastVersion; version += 1) {
        this.acknowledged.add(`${stream.id} ${version}`);
      }
    }
  }
}

interface Polling {
  readonly poller: Poller;
  readonly type: TypeCode;
  readonly writers: Writers;
  readonly timeoutMs: number;
}

/** Polls until as many events were seen as are written, then once more. */
async function poll(kit: Kit, { poller, type, writers, timeoutMs }: Polling) {
  const events: RecordedEvent[] = [];
  const rules = { limit: 100, bytesMax: 3 * 1_048_576, boundary: poller.boundary };
  let after: FeedCursor = FEED_START;
  let pages = 0;
  let emptyPages = 0;
  const pollOnce = async (): Promise<FeedPage> => {
    const page = await readPage(kit, { type, after, ...rules });
    events.push(...page.events);
    after = poller.next(page);
    pages += 1;
    if (page.events.length === 0) emptyPages += 1;
    return page;
  };
  const isOrdered = kit.capabilities.feed === 'ordered';
  const waitMs = timeoutMs - 10_000;
  await until(`${poller.name}: ${writers.total} events`, waitMs, async () => {
    const { state } = writers;
    const page = await pollOnce();
    const isEnd = state === 'done' && isOrdered && page.caughtUp; // nothing will come any more
    return isEnd || state === 'failed' || events.length >= writers.total ? true : undefined;
  }).catch((error: unknown) => {
    assert.fail(
      `${String(error)}; saw ${events.length}, acknowledged ${writers.acknowledged.size}`,
    );
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
