import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { FEED_START, type FeedCursor } from '../../../src/core/index.js';
import { readAll, readPage } from './feed.js';
import { check, freshStream, newEvent, type Kit } from './kit.js';

const WIDE = { limit: 10_000, bytesMax: 3 * 1_048_576 } as const;

/** Registered first: with few events in the store, a read and a write fit one millisecond. */
export function exerciseFreshFeed(kit: Kit): void {
  describe('by type, right after a write', () => {
    exerciseOwnWrites(kit);
    exercisePassedMilliseconds(kit);
  });
}

/** The hard case: the next event is written in the millisecond that the reader has just passed. */
function exerciseOwnWrites(kit: Kit): void {
  for (const boundary of ['event', 'millisecond'] as const) {
    check(
      `a reader at boundary ${boundary} sees what was acknowledged before it asked`,
      async () => {
        const isOrdered = kit.capabilities.feed === 'ordered';
        const rounds = isOrdered ? 50 : 10;
        const type = kit.freshType();
        let after: FeedCursor = FEED_START;
        let late = 0;
        for (let round = 0; round < rounds; round += 1) {
          const event = newEvent(type);
          await kit.write(freshStream(), event);
          const query = { type, after, ...WIDE, boundary };
          const page = await readPage(kit, query);
          const isThere = page.events.length > 0;
          if (!isThere) late += 1;
          const { events, next } = isThere ? page : await readAll(kit, query, 1);
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
}

/** A read between two appends that begin at once, so that they may share a millisecond. */
function exercisePassedMilliseconds(kit: Kit): void {
  check('no event comes to stand before a savetime that a reader has passed', async () => {
    const rounds = kit.capabilities.feed === 'ordered' ? 100 : 15;
    const query = { type: kit.freshType(), ...WIDE, boundary: 'millisecond' } as const;
    const append = () => kit.write(freshStream(), newEvent(query.type));
    let after: FeedCursor = FEED_START;
    let seen = 0;
    for (let round = 0; round < rounds; round += 1) {
      const all = [append(), readPage(kit, { ...query, after }), append()] as const;
      const [, { events }] = await Promise.all(all);
      seen += events.length;
      const savetimeMs = events.at(-1)?.savetimeMs;
      if (savetimeMs !== undefined) after = { kind: 'savetime', savetimeMs };
    }
    await readAll(kit, { ...query, after }, 2 * rounds - seen);
  });
}
