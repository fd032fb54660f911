import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { claimed, lost, summaryOf } from '../../../src/core/index.js';
import { check } from '../event-log/kit.js';
import { drainKeys, drain } from './drain.js';
import {
  assertSame,
  claimOf,
  freshApplication,
  keysOf,
  moment,
  newEntry,
  newUuid,
  type TimedKit,
} from './kit.js';
import { listAll } from './lists.js';

/** Registered last: it closes the storage that all tests share. */
export function exerciseTimedLifecycle(kit: TimedKit): void {
  describe('lifecycle', () => {
    check('opened again, it keeps all and hands out what came due meanwhile', async (t) => {
      const { reopen } = kit.underTest;
      if (reopen === undefined) return t.skip('its data do not outlive it');
      const application = freshApplication();
      const [soon, under, far] = keysOf(application, 3);
      assert.ok(soon && under && far);
      const dueMs = Date.now() + 200;
      const pending = await kit.add(soon, { dueMs, payload: Buffer.from([0, 1, 2]) });
      const added = await kit.add(under, { dueMs: Date.now() - 10 });
      const taken = await kit.write(added, claimed(added, claimOf(newUuid()), moment()));
      const later = await kit.add(far);

      kit.open(await reopen());
      for (const event of [pending, taken, later]) assertSame(await kit.find(event.key), event);
      const wanted = [taken, pending, later].map(summaryOf);
      assert.deepEqual(await listAll(kit.timedEvents, { application }), wanted);
      const queue = await kit.openQueue();
      try {
        await drainKeys(queue, [soon, under]);
        assert.equal(taken.state.status, 'PROCESSING');
        const { state } = taken;
        await drain(queue, { application }, () => {
          return state.status === 'PROCESSING' && queue.isGone(state.claim);
        });
        await kit.write(taken, lost(taken, moment()));
      } finally {
        await queue.close();
      }
    });

    check('closed, it answers changes and refuses the rest', async () => {
      const entry = newEntry({ application: freshApplication(), eventId: 'late' });
      const query = { application: 'a', statuses: [], fromMs: 0, untilMs: 1, limit: 1 };
      await kit.underTest.close();
      const outcome = await kit.change(undefined, entry);
      assert.equal(outcome.kind, 'unavailable');
      if (outcome.kind === 'unavailable') assert.equal(outcome.error.code, 'UNAVAILABLE');
      await assert.rejects(kit.find(entry.key), { code: 'UNAVAILABLE' });
      const list = kit.timedEvents.list({ ...query, after: undefined });
      await assert.rejects(list, { code: 'UNAVAILABLE' });
      await assert.rejects(kit.openQueue(), { code: 'UNAVAILABLE' });
    });
  });
}
