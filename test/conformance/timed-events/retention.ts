import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { claimed, deleted, rescheduled } from '../../../src/core/index.js';
import { check } from '../event-log/kit.js';
import { completed, drain } from './drain.js';
import { claimOf, FAR_MS, freshApplication, moment, newUuid, type TimedKit } from './kit.js';
import { listAll } from './lists.js';

const KEPT_MS = 1_000;
const GONE_WITHIN_MS = 45_000;

export function exerciseRetention(kit: TimedKit): void {
  describe('retention', () => {
    check('finished entries vanish after it, the others stay', async () => {
      const application = freshApplication();
      const add = (eventId: string, retentionMs = KEPT_MS) =>
        kit.add({ application, eventId }, { retentionMs });
      const first = await add('completed');
      const taken = await kit.write(first, claimed(first, claimOf(newUuid()), moment()));
      // nobody is shown it, so a backend may keep it for longer
      const second = await add('deleted');
      const pending = await add('pending');
      const moved = await kit.write(pending, rescheduled(pending, FAR_MS + 1, moment()));
      const longKept = await add('long kept', 3_600_000);
      const done = await kit.write(taken, completed(taken));
      await kit.write(second, deleted(second, moment()));
      const kept = await kit.write(longKept, deleted(longKept, moment()));
      // on a full machine the second of the others may be over by now
      assert.ok(await kit.find(kept.key), 'not at once');

      const queue = await kit.openQueue();
      try {
        await drain(queue, { application, timeoutMs: GONE_WITHIN_MS }, async () => {
          return (await kit.find(done.key)) === undefined;
        });
      } finally {
        await queue.close();
      }
      assert.equal((await kit.find(moved.key))?.change, moved.change);
      assert.equal((await kit.find(kept.key))?.change, kept.change);
      const listed = await listAll(kit.timedEvents, { application });
      assert.deepEqual(
        listed.map(({ key }) => key.eventId),
        ['pending'],
      );
      await add('completed');
    });
  });
}
