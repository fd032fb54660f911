import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { exactVersion, type StreamRef } from '../../../src/core/index.js';
import { hasCode } from './expect.js';
import { appendOf, check, freshName, freshStream, namedStream, newEvent, type Kit } from './kit.js';

export function exerciseStreamWalk(kit: Kit): void {
  describe('walk of all streams', () => {
    check('every stream once, named or not, whatever the page', async () => {
      const streams = [
        ...Array.from({ length: 20 }, () => freshStream()),
        ...['', '/b', ' 😀', '\u0000'].map((ending) => namedStream(freshName() + ending)),
      ];
      for (const stream of streams) await kit.write(stream, newEvent(kit.freshType()));
      const byId = new Map(streams.map((stream) => [stream.id, stream]));
      for (const limit of kit.listLimits(5, 100, 10_000)) {
        const walked = await walkAll(kit, limit);
        const mine = walked.filter(({ id }) => byId.has(id));
        assert.equal(mine.length, streams.length);
        for (const stream of mine) assert.deepEqual(stream, byId.get(stream.id));
      }
    });

    check('meets what was there at its beginning while others write', async () => {
      const walked: StreamRef[] = [];
      const there = new Set((await walkAll(kit, 1_000)).map(({ id }) => id));
      for (let after = ''; ; ) {
        const page = await kit.backend.streams.walkStreams({ after, limit: 50 });
        walked.push(...page.streams);
        if (page.next === undefined) break;
        after = page.next;
        await kit.write(freshStream(), newEvent(kit.freshType()));
      }
      const met = new Set(walked.map(({ id }) => id));
      assert.equal(met.size, walked.length, 'a stream is met once');
      assert.deepEqual(
        [...there].filter((id) => !met.has(id)),
        [],
      );
    });

    check('streams whose first append failed are absent', async () => {
      const failed = [freshStream(), namedStream(freshName())];
      for (const stream of failed) {
        await kit.appendOne(stream, appendOf(exactVersion(3), newEvent(kit.freshType())));
      }
      const met = new Set((await walkAll(kit, 1_000)).map(({ id }) => id));
      assert.ok(failed.every(({ id }) => !met.has(id)));
    });

    check('a place that no walk gave is refused', async (t) => {
      if (kit.lacks(t, 'pages of lists')) return;
      for (const after of ['nonsense', ' ', '!', '0'.repeat(1_000), '😀']) {
        const walking = async () => kit.backend.streams.walkStreams({ after, limit: 10 });
        await assert.rejects(walking, hasCode('CURSOR_INVALID'), JSON.stringify(after));
      }
    });
  });
}

/** Pages to the end. */
export async function walkAll(kit: Kit, limit: number): Promise<StreamRef[]> {
  const walked: StreamRef[] = [];
  let after = '';
  for (;;) {
    const page = await kit.backend.streams.walkStreams({ after, limit });
    assert.ok(page.streams.length <= limit);
    walked.push(...page.streams);
    if (page.next === undefined) break;
    assert.notEqual(page.next, after, 'a page moves the walk');
    after = page.next;
  }
  assert.equal(new Set(walked.map(({ id }) => id)).size, walked.length, 'a stream is met once');
  return walked;
}
