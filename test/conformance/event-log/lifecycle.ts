import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ANY_VERSION, FEED_START, NO_STREAM } from '../../../src/core/index.js';
import { expectAppended, expectDuplicate, expectStream } from './expect.js';
import { readToEnd } from './feed.js';
import { appendOf, check, freshName, namedStream, newEvents, type Kit } from './kit.js';

/** Registered last: it closes the backend that all tests share. */
export function exerciseLifecycle(kit: Kit): void {
  describe('lifecycle', () => {
    check('an open backend is ready and declares what it can do, always the same', async () => {
      assert.deepEqual(kit.backend.health(), { kind: 'ready' });
      const { feed, durable } = kit.backend.capabilities;
      assert.deepEqual({ feed, durable }, kit.capabilities);
      assert.ok(feed === 'ordered' || feed === 'view');
      assert.equal(typeof durable, 'boolean');
    });

    check('what was acknowledged is there after closing and opening again', async (t) => {
      const { reopen } = kit.underTest;
      assert.equal(
        reopen !== undefined,
        kit.capabilities.durable,
        'durable means it can be reopened',
      );
      if (reopen === undefined) return t.skip('capability durable: false');
      const stream = namedStream(freshName());
      const append = appendOf(NO_STREAM, ...newEvents(kit.freshType(), 5));
      const type = append.events[0]?.type;
      assert.ok(type !== undefined);
      const first = expectAppended(await kit.appendOne(stream, append), 1, 5);
      const query = { types: [type], after: FEED_START, limit: 3, bytesMax: 1_000_000 };
      const read = await readToEnd(kit, { ...query, boundary: 'event' }, 5);
      const typeName = freshName();
      const code = await kit.backend.eventTypes.codeOf(typeName);

      kit.open(await reopen());
      assert.deepEqual(kit.backend.health(), { kind: 'ready' });
      assert.deepEqual(kit.backend.capabilities, kit.capabilities);
      await expectStream(kit, stream, append.events);
      expectDuplicate(await kit.appendOne(stream, append), first);
      const more = newEvents(type, 2);
      expectAppended(await kit.appendOne(stream, appendOf(ANY_VERSION, ...more)), 6, 7);
      await readToEnd(kit, { ...query, boundary: 'event', after: read.next }, 2);
      const all = await readToEnd(kit, { ...query, boundary: kit.wholeMs }, 7);
      assert.deepEqual(all.events.slice(0, 5), read.events);
      assert.equal(await kit.backend.eventTypes.codeOf(typeName), code);
      assert.notEqual(await kit.backend.eventTypes.codeOf(freshName()), code);
      const listed = { prefix: stream.name ?? '', after: '', limit: 2 };
      assert.equal((await kit.backend.streams.listStreams(listed)).length, 1);
    });

    check('closed, twice and at once, it is no longer ready', async () => {
      await Promise.all([kit.backend.close(), kit.backend.close()]);
      await kit.backend.close();
      assert.equal(kit.backend.health().kind, 'not-ready');
    });

    check('closed, it answers appends and refuses reads', async () => {
      const stream = namedStream(freshName());
      const append = appendOf(ANY_VERSION, ...newEvents(kit.freshType(), 1));
      const outcome = await kit.appendOne(stream, append);
      assert.equal(outcome.kind, 'unavailable');
      await assert.rejects(async () => kit.currentVersion(stream), { code: 'UNAVAILABLE' });
      const { eventLog, streams } = kit.backend;
      await assert.rejects(async () => eventLog.feedEnd(), { code: 'UNAVAILABLE' });
      const walking = async () => streams.walkStreams({ after: '', limit: 1 });
      await assert.rejects(walking, { code: 'UNAVAILABLE' });
    });
  });
}
