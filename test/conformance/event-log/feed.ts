import assert from 'node:assert/strict';
import {
  decodeCursor,
  encodeCursor,
  eventBytes,
  type FeedCursor,
  type PageRules,
  type RecordedEvent,
} from '../../../src/core/index.js';
import type { AllQuery, FeedPage, TypeQuery } from '../../../src/storage/index.js';
import { until, type Kit } from './kit.js';

const FEED_TIMEOUT_MS = 20_000;

/** Of some types, or of all. */
export type FeedQuery = AllQuery & Partial<Pick<TypeQuery, 'types'>>;

/** One page, with what holds for every page; its cursor goes through its text. */
export async function readPage(kit: Kit, query: FeedQuery): Promise<FeedPage> {
  const { types, ...all } = query;
  const { eventLog } = kit.backend;
  const page = await (types ? eventLog.readByType({ ...all, types }) : eventLog.readAll(all));
  expectPage(page.events, query);
  for (const { type } of page.events) assert.ok(types?.includes(type) ?? true, 'asked for');
  if (page.events.length === 0) {
    assert.deepEqual(page.next, query.after, 'an empty page gives the cursor back');
    assert.ok(page.caughtUp, 'an empty page is the end');
  } else {
    assert.notDeepEqual(page.next, query.after, 'a page moves the cursor');
  }
  const next = decodeCursor(encodeCursor(page.next));
  assert.deepEqual(next, page.next, 'the text of a cursor is the cursor');
  return page;
}

function expectPage(events: readonly RecordedEvent[], rules: PageRules): void {
  const savetimes = events.map((event) => event.savetimeMs);
  const bytes = events.map(eventBytes).reduce((sum, size) => sum + size, 0);
  const distinct = new Set(savetimes).size;
  if (rules.boundary === 'event') {
    assert.ok(events.length <= rules.limit, 'no more events than the limit');
    assert.ok(bytes <= rules.bytesMax || events.length === 1, 'within the byte cap');
  } else {
    const finished = savetimes.filter((savetimeMs) => savetimeMs !== savetimes.at(-1));
    assert.ok(finished.length < rules.limit, 'runs over the limit to finish one ms only');
    assert.ok(bytes <= rules.bytesMax || distinct <= 1, 'within the byte cap');
  }
}

export interface WholeFeed {
  readonly events: RecordedEvent[];
  /** The pages that were not empty. */
  readonly pages: readonly (readonly RecordedEvent[])[];
  readonly next: FeedCursor;
}

/**
 * Pages from the query's cursor until `count` events have come, then demands that nothing is
 * left. A view may need several polls to show what was acknowledged.
 */
export async function readToEnd(kit: Kit, query: FeedQuery, count: number): Promise<WholeFeed> {
  const pages: (readonly RecordedEvent[])[] = [];
  const events: RecordedEvent[] = [];
  let after = query.after;
  const readMore = async (): Promise<FeedPage> => {
    const page = await readPage(kit, { ...query, after });
    after = page.next;
    if (page.events.length > 0) pages.push(page.events);
    events.push(...page.events);
    return page;
  };
  await until(
    `${count} events of ${query.types?.join(', ') ?? 'all types'}`,
    FEED_TIMEOUT_MS,
    async () => {
      const page = await readMore();
      if (kit.capabilities.feed === 'ordered' && page.caughtUp) {
        assert.equal(events.length, count, 'events when caught up');
      }
      return events.length >= count ? true : undefined;
    },
  );
  const end = await readMore();
  assert.equal(events.length, count, 'no event comes twice, none is from elsewhere');
  expectFeedOrder(events);
  if (query.boundary === 'millisecond') expectWholeMilliseconds(pages);
  return { events, pages, next: end.next };
}

/** Savetimes do not fall, versions rise within a stream, nothing comes twice. */
export function expectFeedOrder(events: readonly RecordedEvent[]): void {
  const versions = new Map<string, number>();
  let lastMs = 0;
  for (const { stream, version, savetimeMs } of events) {
    assert.ok(savetimeMs >= lastMs, 'savetimes do not fall in the feed');
    lastMs = savetimeMs;
    assert.ok(version > (versions.get(stream) ?? 0), 'versions of a stream rise in the feed');
    versions.set(stream, version);
  }
}

function expectWholeMilliseconds(pages: readonly (readonly RecordedEvent[])[]): void {
  pages.slice(1).forEach((page, index) => {
    const before = pages[index]?.at(-1)?.savetimeMs;
    assert.notEqual(page[0]?.savetimeMs, before, 'no millisecond stands on two pages');
  });
}
