import assert from 'node:assert/strict';
import { describe, type TestContext } from 'node:test';
import {
  FEED_START,
  requireUuid,
  type FeedCursor,
  type PageBoundary,
  type PageRules,
  type RecordedEvent,
} from '../../../src/core/index.js';
import { hasCode, load } from './expect.js';
import { readPage, readToEnd } from './feed.js';
import {
  check,
  freshName,
  freshStream,
  namedStream,
  newEvent,
  newEvents,
  type Kit,
} from './kit.js';

const BOUNDARIES: readonly PageBoundary[] = ['event', 'millisecond'];
const WIDE = { limit: 10_000, bytesMax: 3 * 1_048_576, boundary: 'event' } as const;

/** Registered last but one: what the others have written is part of the feed. */
export function exerciseAllEvents(kit: Kit): void {
  describe('all events', () => {
    check('are refused where the feed is a view', async (t) => {
      if (kit.capabilities.feed === 'ordered') return t.skip('capability feed: ordered');
      for (const after of [FEED_START, { kind: 'savetime', savetimeMs: 1 } as const]) {
        const reading = async () => kit.backend.eventLog.readAll({ after, ...WIDE });
        await assert.rejects(reading, hasCode('NOT_SUPPORTED'));
      }
    });
    exerciseOrdered(kit);
    exerciseCursors(kit);
  });
}

/** A test for feeds that are ordered. */
function checkOrdered(kit: Kit, name: string, body: (t: TestContext) => Promise<void>): void {
  check(name, async (t) => {
    if (kit.capabilities.feed !== 'ordered') return t.skip('capability feed: view');
    await body(t);
  });
}

function exerciseOrdered(kit: Kit): void {
  for (const boundary of BOUNDARIES) {
    for (const limit of [1, 7, 10_000]) {
      checkOrdered(kit, `in pages of ${limit} at boundary ${boundary}`, async (t) => {
        if (kit.lacksBoundary(t, boundary)) return;
        if (limit < 10_000 && kit.lacks(t, 'pages of all events')) return;
        const after = await kit.backend.eventLog.feedEnd();
        const streams = [freshStream(), namedStream(freshName())] as const;
        for (let round = 0; round < 6; round += 1) {
          const types = [kit.freshType(), kit.freshType(), kit.freshType()];
          const events = types.flatMap((type) => newEvents(type, 1 + round));
          await kit.write(streams[round % 2 === 0 ? 0 : 1], ...events);
        }
        const rules = { ...WIDE, limit, boundary };
        const { events } = await readToEnd(kit, { after, ...rules }, 63);
        const [first, second] = [await load(kit, streams[0]), await load(kit, streams[1])];
        const written = [3, 6, 9, 12, 15, 18].flatMap((size, round) =>
          (round % 2 === 0 ? first : second).splice(0, size),
        );
        assert.deepEqual(events, written, 'in the order of the appends');
      });
    }
  }

  checkOrdered(kit, 'from the start: the same again and again, whatever the page', async () => {
    const whole = await readFrom(kit, FEED_START, { ...WIDE, limit: 1_000 });
    assert.ok(whole.length > 100, `${whole.length} events`);
    const places = whole.map(({ stream, version }) => `${stream} ${version}`);
    assert.equal(new Set(places).size, places.length, 'none twice');
    const versions = new Map<string, number>();
    for (const { stream, version } of whole) {
      assert.equal(version, (versions.get(stream) ?? 0) + 1, 'every version of every stream');
      versions.set(stream, version);
    }
    if (kit.gaps['pages of all events'] !== undefined) return;
    const again = await readFrom(kit, FEED_START, { ...WIDE, boundary: 'millisecond', limit: 333 });
    assert.deepEqual(
      again.map(({ eventId }) => eventId),
      whole.map(({ eventId }) => eventId),
    );
  });

  checkOrdered(kit, 'own writes are there at once, and none enters a passed ms', async () => {
    let after = await kit.backend.eventLog.feedEnd();
    for (let round = 0; round < kit.rounds(50, 10); round += 1) {
      const event = newEvent(kit.freshType());
      await kit.write(freshStream(), event);
      const boundary = round % 3 === 0 ? 'event' : kit.wholeMs;
      const page = await readPage(kit, { after, ...WIDE, boundary });
      assert.deepEqual(
        page.events.map(({ eventId }) => eventId),
        [event.eventId],
      );
      const savetimeMs = page.events[0]?.savetimeMs ?? 0;
      after = boundary === 'event' ? page.next : { kind: 'savetime', savetimeMs };
    }
  });
}

/** To the end, which moves only when somebody writes. */
async function readFrom(kit: Kit, from: FeedCursor, rules: PageRules): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  let after = from;
  for (;;) {
    const page = await readPage(kit, { ...rules, after });
    events.push(...page.events);
    if (page.events.length === 0) return events;
    after = page.next;
  }
}

/** Eight events of two types in turn, and where the feed was before. */
async function writeTwoTypes(kit: Kit) {
  const after = await kit.backend.eventLog.feedEnd();
  const types = [kit.freshType(), kit.freshType()] as const;
  for (let round = 0; round < 4; round += 1) {
    await kit.write(freshStream(), ...types.map((type) => newEvent(type)));
  }
  const { events } = await readToEnd(kit, { after, ...WIDE }, 8);
  return { after, types, events };
}

function exerciseCursors(kit: Kit): void {
  checkOrdered(kit, 'a cursor of types serves readers of all', async () => {
    const { after, types, events } = await writeTwoTypes(kit);
    const ofOne = await readPage(kit, { types: [types[0]], after, ...WIDE, limit: 2 });
    assert.equal(ofOne.events[1]?.eventId, events[2]?.eventId);
    const rest = await readToEnd(kit, { after: ofOne.next, ...WIDE }, 5);
    assert.deepEqual(rest.events, events.slice(3));
  });

  checkOrdered(kit, 'a cursor of all serves readers of types', async (t) => {
    if (kit.lacks(t, 'pages of all events')) return;
    const { after, types, events } = await writeTwoTypes(kit);
    const ofAll = await readPage(kit, { after, ...WIDE, limit: 3 });
    const second = await readToEnd(kit, { types: [types[1]], after: ofAll.next, ...WIDE }, 3);
    assert.deepEqual(
      second.events,
      events.slice(3).filter(({ type }) => type === types[1]),
    );
  });

  checkOrdered(kit, 'a savetime cursor is exclusive, in future it is the end', async () => {
    const after = await kit.backend.eventLog.feedEnd();
    for (let round = 0; round < 3; round += 1) {
      await kit.write(freshStream(), ...newEvents(kit.freshType(), 2));
    }
    const { events } = await readToEnd(kit, { after, ...WIDE }, 6);
    for (const { savetimeMs } of events) {
      const wanted = events.filter((event) => event.savetimeMs > savetimeMs);
      const read = await readToEnd(
        kit,
        { after: { kind: 'savetime', savetimeMs }, ...WIDE, limit: kit.limitOfAll(2) },
        wanted.length,
      );
      assert.deepEqual(read.events, wanted);
    }
    const few = { ...WIDE, limit: kit.limitOfAll(5) };
    const [start, before] = await Promise.all([
      readPage(kit, { after: FEED_START, ...few }),
      readPage(kit, { after: { kind: 'savetime', savetimeMs: -1 }, ...few }),
    ]);
    assert.deepEqual(before, start);
    for (const savetimeMs of [Date.now() + 3_600_000, Number.MAX_SAFE_INTEGER]) {
      await readToEnd(kit, { after: { kind: 'savetime', savetimeMs }, ...WIDE }, 0);
    }
    const beyond = { kind: 'position', savetimeMs: 1, position: Number.MAX_SAFE_INTEGER } as const;
    const anywhere = await readPage(kit, { after: beyond, ...few });
    assert.ok(anywhere.caughtUp || anywhere.events.length >= 5, 'sound, whatever it says');
  });

  checkOrdered(kit, 'a cursor of another kind of backend is refused', async () => {
    const id = requireUuid('0191d3f0-7b4e-7cc3-98c4-dc0c0c07398f');
    const after = { kind: 'view', savetimeMs: 1, version: 1, id } as const;
    const reading = async () => kit.backend.eventLog.readAll({ after, ...WIDE });
    await assert.rejects(reading, hasCode('CURSOR_INVALID'));
  });
}
