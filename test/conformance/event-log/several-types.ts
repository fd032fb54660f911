import assert from 'node:assert/strict';
import { before, describe } from 'node:test';
import {
  FEED_START,
  type PageBoundary,
  type RecordedEvent,
  type StreamRef,
  type TypeCode,
} from '../../../src/core/index.js';
import { load } from './expect.js';
import { readPage, readToEnd, type FeedQuery } from './feed.js';
import { check, freshName, freshStream, namedStream, newEvent, type Kit } from './kit.js';

const BOUNDARIES: readonly PageBoundary[] = ['event', 'millisecond'];
const WIDE = { limit: 10_000, bytesMax: 3 * 1_048_576, boundary: 'event' } as const;

/** Three types in three streams; a fourth type stands between them and is never asked for. */
interface Mixed {
  readonly types: readonly [TypeCode, TypeCode, TypeCode];
  readonly streams: readonly StreamRef[];
  readonly count: number;
}

export function exerciseSeveralTypes(kit: Kit): void {
  describe('several types', () => {
    let mixed: Mixed | undefined;
    const given = (): Mixed => {
      assert.ok(mixed);
      return mixed;
    };
    before(async () => {
      mixed = await fill(kit);
    });
    exercisePaging(kit, given);
    exerciseChangingTypes(kit, given);
    exerciseWholeMilliseconds(kit);
    exerciseByteCap(kit);
  });
}

async function fill(kit: Kit): Promise<Mixed> {
  const types = [kit.freshType(), kit.freshType(), kit.freshType()] as const;
  const [a, b, c] = types;
  const noise = kit.freshType();
  const streams = [freshStream(), namedStream(freshName()), freshStream()];
  let count = 0;
  for (let round = 0; round < 5; round += 1) {
    for (const [index, stream] of streams.entries()) {
      const part = round % 2 === 0 ? [a, b, noise, c, a, c] : [b, noise, b];
      const chosen = part.slice(0, 2 + index * 2);
      await kit.write(stream, ...chosen.map((type) => newEvent(type)));
      count += chosen.filter((type) => type !== noise).length;
    }
  }
  return { types, streams, count };
}

function exercisePaging(kit: Kit, given: () => Mixed): void {
  for (const boundary of BOUNDARIES) {
    for (const limit of [1, 7, 10_000]) {
      check(`merged, in pages of ${limit} at boundary ${boundary}`, async (t) => {
        if (kit.lacksBoundary(t, boundary)) return;
        const { types, streams, count } = given();
        const query = { types, after: FEED_START, ...WIDE, limit, boundary };
        const { events } = await readToEnd(kit, query, count);
        await expectSameAsStreams(kit, { streams, types, events });
        for (const type of types) await expectSameAsAlone(kit, type, events);
      });
    }
  }

  check('in whatever order they are named, and beside types that nobody used', async () => {
    const { types, count } = given();
    const query = { types, after: FEED_START, ...WIDE };
    const { events } = await readToEnd(kit, query, count);
    const [a, b, c] = types;
    const others = [c, kit.freshType(), a, kit.freshType(), b];
    const again = await readToEnd(kit, { ...query, types: others, limit: 5 }, count);
    assert.deepEqual(again.events, events);
  });

  check('that nobody used: empty and caught up', async () => {
    const types = [kit.freshType(), kit.freshType()];
    const { events } = await readPage(kit, { types, after: FEED_START, ...WIDE });
    assert.deepEqual(events, []);
  });
}

/** The feed shows the very events of the streams, in their order there. */
async function expectSameAsStreams(
  kit: Kit,
  shown: {
    readonly streams: readonly StreamRef[];
    readonly types: readonly TypeCode[];
    readonly events: readonly RecordedEvent[];
  },
): Promise<void> {
  for (const stream of shown.streams) {
    const there = (await load(kit, stream)).filter(({ type }) => shown.types.includes(type));
    const here = shown.events.filter((event) => event.stream === stream.id);
    assert.deepEqual(here, there);
  }
}

async function expectSameAsAlone(
  kit: Kit,
  type: TypeCode,
  events: readonly RecordedEvent[],
): Promise<void> {
  const mine = events.filter((event) => event.type === type);
  const alone = await readToEnd(kit, { types: [type], after: FEED_START, ...WIDE }, mine.length);
  assert.deepEqual(mine, alone.events);
}

function exerciseChangingTypes(kit: Kit, given: () => Mixed): void {
  check('a cursor goes on with other types where it stands', async () => {
    const { types, count } = given();
    const [a, b, c] = types;
    const whole = await readToEnd(kit, { types, after: FEED_START, ...WIDE }, count);
    for (const limit of [1, 4, 9]) {
      const page = await readPage(kit, { types: [a, b], after: FEED_START, ...WIDE, limit });
      const last = page.events.at(-1);
      const passed = whole.events.findIndex(({ eventId }) => eventId === last?.eventId);
      for (const others of [[b, c], [c], types]) {
        const rest = whole.events.slice(passed + 1).filter(({ type }) => others.includes(type));
        const query = { types: others, after: page.next, ...WIDE, limit: 3 };
        assert.deepEqual((await readToEnd(kit, query, rest.length)).events, rest);
      }
    }
  });

  check('reading goes on after the end, whichever type comes', async () => {
    const types = [kit.freshType(), kit.freshType(), kit.freshType()];
    let { after }: Pick<FeedQuery, 'after'> = { after: FEED_START };
    for (const index of [0, 2, 1, 1, 0]) {
      const event = newEvent(types[index] ?? assert.fail());
      await kit.write(freshStream(), event);
      const { events, next } = await readToEnd(kit, { types, after, ...WIDE }, 1);
      assert.equal(events[0]?.eventId, event.eventId);
      after = next;
    }
  });
}

function exerciseWholeMilliseconds(kit: Kit): void {
  check('a millisecond is whole over all of them', async (t) => {
    if (kit.lacks(t, 'whole milliseconds')) return;
    const types = [kit.freshType(), kit.freshType(), kit.freshType()];
    const mixed = Array.from({ length: 9 }, (_, index) => types[index % 3] ?? assert.fail());
    await kit.write(freshStream(), ...mixed.map((type) => newEvent(type)));
    const query = { types, after: FEED_START, ...WIDE };
    const { events } = await readToEnd(kit, query, 9);
    assert.equal(new Set(events.map(({ savetimeMs }) => savetimeMs)).size, 1);
    const part = await readPage(kit, { ...query, limit: 4 });
    assert.equal(part.events.length, 4);
    assert.equal(part.caughtUp, false, 'five are left');
    const rules = { limit: 1, boundary: 'millisecond' } as const;
    assert.equal((await readPage(kit, { ...query, ...rules })).events.length, 9);
    const rest = await readPage(kit, { ...query, ...rules, after: part.next });
    assert.deepEqual(rest.events, events.slice(4));
  });
}

function exerciseByteCap(kit: Kit): void {
  for (const boundary of BOUNDARIES) {
    check(`their pages end at one byte cap, at boundary ${boundary}`, async (t) => {
      if (kit.lacksBoundary(t, boundary)) return;
      const types = [kit.freshType(), kit.freshType()];
      const content = { kind: 'text', text: 'z'.repeat(100_000) } as const;
      for (const index of [0, 1, 0, 0, 1, 1, 0, 1]) {
        await kit.write(freshStream(), newEvent(types[index] ?? assert.fail(), { content }));
      }
      const rules = { limit: 100, bytesMax: 250_000, boundary };
      const { pages } = await readToEnd(kit, { types, after: FEED_START, ...rules }, 8);
      // all may stand in one millisecond, which is not split; `readPage` looks at the cap of each
      if (boundary === 'event') assert.ok(pages.length >= 3, `${pages.length} pages`);
    });
  }
}
