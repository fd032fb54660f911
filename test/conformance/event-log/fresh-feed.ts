import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  FEED_START,
  type FeedCursor,
  type PageBoundary,
  type TypeCode,
} from '../../../src/core/index.js';
import { readToEnd, readPage } from './feed.js';
import { check, freshStream, newEvent, type Kit } from './kit.js';

const WIDE = { limit: 10_000, bytesMax: 3 * 1_048_576 } as const;

/** Registered first: with few events in the store, a read and a write fit one millisecond. */
export function exerciseFreshFeed(kit: Kit): void {
  for (const typeCount of [1, 3]) {
    describe(`right after a write, by ${typeCount} types`, () => {
      exerciseOwnWrites(kit, typeCount, 'event');
      exerciseOwnWrites(kit, typeCount, 'millisecond');
      exercisePassedMilliseconds(kit, typeCount);
    });
  }
}

function freshTypes(kit: Kit, count: number): readonly TypeCode[] {
  return Array.from({ length: count }, () => kit.freshType());
}

function inTurn(types: readonly TypeCode[], round: number): TypeCode {
  return types[round % types.length] ?? assert.fail();
}

/** The hard case: the next event is written in the millisecond that the reader has just passed. */
function exerciseOwnWrites(kit: Kit, typeCount: number, boundary: PageBoundary): void {
  check(
    `a reader at boundary ${boundary} sees what was acknowledged before it asked`,
    async (t) => {
      if (kit.lacksBoundary(t, boundary)) return;
      const isOrdered = kit.capabilities.feed === 'ordered';
      const rounds = kit.rounds(50, 10);
      const types = freshTypes(kit, typeCount);
      let after: FeedCursor = FEED_START;
      let late = 0;
      for (let round = 0; round < rounds; round += 1) {
        const event = newEvent(inTurn(types, round));
        await kit.write(freshStream(), event);
        const query = { types, after, ...WIDE, boundary };
        const page = await readPage(kit, query);
        const isThere = page.events.length > 0;
        if (!isThere) late += 1;
        const { events, next } = isThere ? page : await readToEnd(kit, query, 1);
        assert.deepEqual(
          events.map(({ eventId }) => eventId),
          [event.eventId],
        );
        const savetimeMs = events[0]?.savetimeMs ?? 0;
        after = boundary === 'event' ? next : { kind: 'savetime', savetimeMs };
      }
      assert.ok(late <= (isOrdered ? 0 : 3), `${late} of ${rounds} came late`);
    },
  );
}

/** A read between two appends that begin at once, so that they may share a millisecond. */
function exercisePassedMilliseconds(kit: Kit, typeCount: number): void {
  check('no event comes to stand before a savetime that a reader has passed', async (t) => {
    if (kit.lacks(t, 'whole milliseconds')) return;
    const rounds = kit.rounds(100, 15);
    const types = freshTypes(kit, typeCount);
    const query = { types, ...WIDE, boundary: 'millisecond' } as const;
    const append = (round: number) => kit.write(freshStream(), newEvent(inTurn(types, round)));
    let after: FeedCursor = FEED_START;
    let seen = 0;
    for (let round = 0; round < rounds; round += 1) {
      const all = [append(round), readPage(kit, { ...query, after }), append(round + 1)] as const;
      const [, { events }] = await Promise.all(all);
      seen += events.length;
      const savetimeMs = events.at(-1)?.savetimeMs;
      if (savetimeMs !== undefined) after = { kind: 'savetime', savetimeMs };
    }
    await readToEnd(kit, { ...query, after }, 2 * rounds - seen);
  });
}
