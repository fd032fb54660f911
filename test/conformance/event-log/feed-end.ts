import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { decodeCursor, encodeCursor, type FeedCursor } from '../../../src/core/index.js';
import { readPage, readToEnd } from './feed.js';
import { check, freshStream, newEvent, newEvents, until, type Kit } from './kit.js';

const WIDE = { limit: 1_000, bytesMax: 3 * 1_048_576 } as const;
const TIMEOUT_MS = 20_000;

/** Registered before anything is written: the first of its checks needs an empty store. */
export function exerciseFeedEnd(kit: Kit): void {
  describe('the end of the feed', () => {
    check('of an empty store: all that is ever written comes after it', async () => {
      const after = await feedEnd(kit);
      const types = [kit.freshType(), kit.freshType()];
      await kit.write(freshStream(), ...types.flatMap((type) => newEvents(type, 2)));
      await readToEnd(kit, { types, after, ...WIDE, boundary: 'event' }, 4);
    });

    for (const boundary of ['event', 'millisecond'] as const) {
      check(`what is written later comes after it, at boundary ${boundary}`, async (t) => {
        if (kit.lacksBoundary(t, boundary)) return;
        const types = [kit.freshType(), kit.freshType()] as const;
        const rounds = kit.rounds(50, 8);
        for (let round = 0; round < rounds; round += 1) {
          await kit.write(freshStream(), newEvent(types[round % 2 === 0 ? 0 : 1]));
          const after = await feedEnd(kit);
          const later = types.map((type) => newEvent(type));
          await kit.write(freshStream(), ...later);
          await expectLater(kit, { types, after, ...WIDE, boundary }, later);
        }
      });
    }

    check('asked while others write: what begins after the answer comes after it', async () => {
      const type = kit.freshType();
      for (let round = 0; round < 10; round += 1) {
        const events = newEvents(type, 16);
        const write = (some: typeof events) =>
          Promise.all(some.map((event) => kit.write(freshStream(), event)));
        const underWay = write(events.slice(0, 8));
        const after = await feedEnd(kit);
        await Promise.all([underWay, write(events.slice(8))]);
        const query = { types: [type], after, ...WIDE, boundary: 'event' } as const;
        const later = events.slice(8).map(({ eventId }) => eventId);
        await untilSeen(kit, query, later);
      }
    });

    check('nothing comes after it while nobody writes', async () => {
      const type = kit.freshType();
      await kit.write(freshStream(), ...newEvents(type, 3));
      if (kit.capabilities.feed === 'ordered') {
        const after = await feedEnd(kit);
        await readToEnd(kit, { types: [type], after, ...WIDE, boundary: 'event' }, 0);
        assert.deepEqual(await feedEnd(kit), after);
      } else {
        const query = { types: [type], ...WIDE, boundary: 'event' } as const;
        await until('an end behind what was written', TIMEOUT_MS, async () => {
          const { events } = await readPage(kit, { ...query, after: await feedEnd(kit) });
          return events.length === 0 ? true : undefined;
        });
      }
    });
  });
}

/** The cursor goes through its text. */
async function feedEnd(kit: Kit): Promise<FeedCursor> {
  const end = await kit.backend.eventLog.feedEnd();
  assert.deepEqual(decodeCursor(encodeCursor(end)), end);
  return end;
}

type Query = Parameters<typeof readPage>[1];
type Written = readonly { readonly eventId: string }[];

/** These and no others; a view may show earlier ones again. */
async function expectLater(kit: Kit, query: Query, later: Written): Promise<void> {
  const ids = later.map(({ eventId }) => eventId);
  if (kit.capabilities.feed === 'view') return untilSeen(kit, query, ids);
  const { events } = await readToEnd(kit, query, later.length);
  assert.deepEqual(
    events.map(({ eventId }) => eventId),
    ids,
  );
}

async function untilSeen(kit: Kit, query: Query, ids: readonly string[]): Promise<void> {
  const seen = new Set<string | undefined>();
  let { after } = query;
  await until(`${ids.length} events after the end`, TIMEOUT_MS, async () => {
    const page = await readPage(kit, { ...query, after });
    after = page.next;
    for (const { eventId } of page.events) seen.add(eventId);
    return ids.every((id) => seen.has(id)) ? true : undefined;
  });
}
