import assert from 'node:assert/strict';
import { before, describe } from 'node:test';
import {
  FEED_START,
  INT32_MAX,
  INT32_MIN,
  requireUuid,
  type FeedCursor,
  type PageBoundary,
  type RecordedEvent,
  type StreamRef,
  type TypeCode,
} from '../../../src/core/index.js';
import { expectRecorded, hasCode, load } from './expect.js';
import { readToEnd, readPage } from './feed.js';
import {
  check,
  freshName,
  freshStream,
  namedStream,
  newEvent,
  newEvents,
  typeCode,
  type Kit,
} from './kit.js';

const BOUNDARIES: readonly PageBoundary[] = ['event', 'millisecond'];
const WIDE = { limit: 10_000, bytesMax: 3 * 1_048_576, boundary: 'event' } as const;

export function exerciseByType(kit: Kit): void {
  describe('by type, at rest', () => {
    exercisePaging(kit);
    exerciseSelection(kit);
    exerciseByteCap(kit);
  });
  describe('by type, cursors', () => exerciseCursors(kit));
}

/** Appends 501 events, of which 500 may share a millisecond, then 20 in small appends. */
async function fillType(kit: Kit, type: TypeCode): Promise<readonly StreamRef[]> {
  const streams = [freshStream(), namedStream(freshName()), freshStream()];
  for (const [index, stream] of streams.entries()) {
    const count = index === 0 ? 501 : 2;
    await kit.write(stream, ...newEvents(type, count));
  }
  for (let round = 0; round < 4; round += 1) {
    for (const [index, stream] of streams.entries()) {
      const events = newEvents(type, index === 2 ? 2 : 1);
      await kit.write(stream, ...events, newEvent(kit.freshType()));
    }
  }
  return streams;
}

const FILLED = 501 + 4 + 16;

function exercisePaging(kit: Kit): void {
  const filled: { type: TypeCode | undefined; streams: readonly StreamRef[] } = {
    type: undefined,
    streams: [],
  };

  before(async () => {
    filled.type = kit.freshType();
    filled.streams = await fillType(kit, filled.type);
  });

  for (const boundary of BOUNDARIES) {
    for (const limit of [1, 7, 100, 10_000]) {
      check(`in pages of ${limit} at boundary ${boundary}`, async (t) => {
        if (kit.lacksBoundary(t, boundary)) return;
        if (limit === 1 && kit.lacks(t, 'many calls')) return;
        assert.ok(filled.type !== undefined);
        const query = { types: [filled.type], after: FEED_START, ...WIDE, limit, boundary };
        const { events } = await readToEnd(kit, query, FILLED);
        expectOneFullMillisecond(events);
        await expectSameAsStreams(kit, filled.streams, events);
      });
    }
  }

  check('by savetime cursors, as the frozen API pages', async (t) => {
    if (kit.lacks(t, 'whole milliseconds')) return;
    assert.ok(filled.type !== undefined);
    const events: RecordedEvent[] = [];
    let after: FeedCursor = FEED_START;
    for (;;) {
      const rules = { ...WIDE, limit: 100, boundary: 'millisecond' } as const;
      const page = await readPage(kit, { types: [filled.type], after, ...rules });
      const last = page.events.at(-1);
      if (last === undefined) break;
      events.push(...page.events);
      assert.ok(events.length <= FILLED, 'nothing comes twice');
      after = { kind: 'savetime', savetimeMs: last.savetimeMs };
    }
    assert.equal(events.length, FILLED);
    await expectSameAsStreams(kit, filled.streams, events);
  });
}

function expectOneFullMillisecond(events: readonly RecordedEvent[]): void {
  const perMs = new Map<number, number>();
  for (const { savetimeMs } of events) perMs.set(savetimeMs, (perMs.get(savetimeMs) ?? 0) + 1);
  assert.equal(Math.max(...perMs.values()), 500, '500 events share a millisecond');
}

/** The feed shows the very events of the streams, each as it is there. */
async function expectSameAsStreams(
  kit: Kit,
  streams: readonly StreamRef[],
  events: readonly RecordedEvent[],
): Promise<void> {
  const type = events[0]?.type;
  for (const stream of streams) {
    const there = (await load(kit, stream)).filter((event) => event.type === type);
    const shown = events.filter((event) => event.stream === stream.id);
    assert.equal(shown.length, there.length);
    shown.forEach((event, index) => assert.deepEqual(event, there[index]));
  }
}

function exerciseSelection(kit: Kit): void {
  check('an append of several types gives each reader its own, in order', async () => {
    const types = [kit.freshType(), kit.freshType(), kit.freshType()];
    const stream = freshStream();
    const mixed = Array.from({ length: 30 }, (_, index) => newEvent(pick(types, index)));
    await kit.write(stream, ...mixed);
    for (const [offset, type] of types.entries()) {
      const { events } = await readToEnd(
        kit,
        { types: [type], after: FEED_START, ...WIDE, limit: 4 },
        10,
      );
      events.forEach((event, index) => {
        const version = 3 * index + offset + 1;
        expectRecorded(event, pick(mixed, version - 1), { stream, version });
      });
    }
  });

  check('negative and extreme codes are types of their own', async () => {
    const codes = [INT32_MIN, -1, 0, 1, INT32_MAX, -kit.freshCode()];
    const stream = freshStream();
    const events = codes.map((code) => newEvent(typeCode(code)));
    await kit.write(stream, ...events);
    for (const [index, event] of events.entries()) {
      const read = await readToEnd(kit, { types: [event.type], after: FEED_START, ...WIDE }, 1);
      expectRecorded(read.events[0], event, { stream, version: index + 1 });
    }
  });

  check('a type that nobody used is empty and caught up', async () => {
    const query = { types: [kit.freshType()], after: FEED_START, ...WIDE };
    const { events } = await readPage(kit, query);
    assert.deepEqual(events, []);
  });
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  assert.ok(item !== undefined);
  return item;
}

function exerciseByteCap(kit: Kit): void {
  for (const boundary of BOUNDARIES) {
    check(`pages end at the byte cap, at boundary ${boundary}`, async (t) => {
      if (kit.lacksBoundary(t, boundary)) return;
      const type = kit.freshType();
      const stream = freshStream();
      const content = { kind: 'text', text: 'z'.repeat(100_000) } as const;
      for (const count of [1, 3, 1, 2, 1]) {
        const events = newEvents(type, count).map((event) => ({ ...event, content }));
        await kit.write(stream, ...events);
      }
      const rules = { limit: 100, bytesMax: 250_000, boundary };
      const { pages } = await readToEnd(kit, { types: [type], after: FEED_START, ...rules }, 8);
      // all may stand in one millisecond, which is not split; `readPage` looks at the cap of each
      if (boundary === 'event') assert.ok(pages.length >= 3, `${pages.length} pages`);
    });
  }
}

function exerciseCursors(kit: Kit): void {
  check('reading goes on after a page and after the end', async () => {
    const type = kit.freshType();
    const stream = freshStream();
    await kit.write(stream, ...newEvents(type, 5));
    const first = await readToEnd(kit, { types: [type], after: FEED_START, ...WIDE, limit: 2 }, 5);
    assert.equal(first.events.at(-1)?.version, 5);
    await kit.write(stream, ...newEvents(type, 3));
    const then = await readToEnd(kit, { types: [type], after: first.next, ...WIDE }, 3);
    assert.deepEqual(
      then.events.map((event) => event.version),
      [6, 7, 8],
    );
  });

  check('a cursor of one boundary serves the other', async (t) => {
    if (kit.lacks(t, 'whole milliseconds')) return;
    const type = kit.freshType();
    await kit.write(freshStream(), ...newEvents(type, 9));
    const query = { types: [type], after: FEED_START, ...WIDE, limit: 4 };
    const part = await firstFour(kit, query);
    await readToEnd(kit, { ...query, after: part.next, limit: 1 }, 5);
    const rest = await kit.backend.eventLog.readByType({
      ...query,
      after: part.next,
      limit: 1,
      boundary: 'millisecond',
    });
    assert.equal(rest.events.length, 5, 'the rest of the millisecond');
  });

  check(
    'a savetime cursor is exclusive; before all it is the start, in future the end',
    async () => {
      const type = kit.freshType();
      const stream = freshStream();
      for (let round = 0; round < 3; round += 1) {
        await kit.write(stream, newEvent(type));
      }
      const { events } = await readToEnd(kit, { types: [type], after: FEED_START, ...WIDE }, 3);
      const savetimes = events.map((event) => event.savetimeMs);
      for (const savetimeMs of [...savetimes, ...savetimes.map((ms) => ms - 1), -1, 0]) {
        const wanted = savetimes.filter((ms) => ms > savetimeMs).length;
        await readToEnd(
          kit,
          { types: [type], after: { kind: 'savetime', savetimeMs }, ...WIDE },
          wanted,
        );
      }
      for (const savetimeMs of [Date.now() + 3_600_000, Number.MAX_SAFE_INTEGER]) {
        await readToEnd(
          kit,
          { types: [type], after: { kind: 'savetime', savetimeMs }, ...WIDE },
          0,
        );
      }
    },
  );

  check('a cursor of another kind of backend is refused', async () => {
    const type = kit.freshType();
    const id = requireUuid('0191d3f0-7b4e-7cc3-98c4-dc0c0c07398f');
    const foreign: FeedCursor =
      kit.capabilities.feed === 'ordered'
        ? { kind: 'view', savetimeMs: 1, version: 1, id }
        : { kind: 'position', savetimeMs: 1, position: 1 };
    const reading = async () =>
      kit.backend.eventLog.readByType({ types: [type], after: foreign, ...WIDE });
    await assert.rejects(reading, hasCode('CURSOR_INVALID'));
  });
}

/** The first four of nine events that share a millisecond. */
async function firstFour(kit: Kit, query: Parameters<typeof readPage>[1]) {
  const { events } = await readToEnd(kit, { ...query, limit: 100 }, 9);
  assert.equal(new Set(events.map((event) => event.savetimeMs)).size, 1);
  const part = await readPage(kit, query);
  assert.equal(part.events.length, 4);
  assert.equal(part.caughtUp, false, 'five are left');
  return part;
}
