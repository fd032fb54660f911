import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { TimedEventKey } from '../../../src/core/index.js';
import type { DueQueue } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import { drain, drainFor, drainKeys, takeDue, type Taken } from './drain.js';
import { freshApplication, keysOf, type TimedKit } from './kit.js';

const CROWD = 120;
const QUIET_MS = 700;

/** Applications of which a poller has enough: `without` of a window. */
export function exerciseLeavingOut(kit: TimedKit): void {
  function checkQueue(name: string, body: (queue: DueQueue) => Promise<void>): void {
    check(name, async () => {
      const queue = await kit.openQueue();
      try {
        await body(queue);
      } finally {
        await queue.close();
      }
    });
  }

  async function addCrowd(dueOf: (index: number) => number): Promise<TimedEventKey[]> {
    const keys = keysOf(freshApplication(), CROWD);
    await Promise.all(keys.map((key, index) => kit.add(key, { dueMs: dueOf(index) })));
    return keys;
  }

  /** Takes some at a time until all have come; they must come in order of time. */
  async function comesInOrder(queue: DueQueue, keys: readonly TimedEventKey[]): Promise<void> {
    const all = await drainKeys(queue, keys, { limit: 7 });
    const times = all.map(({ entry }) => entry.nextMs);
    const sorted = [...times].sort((left, right) => left - right);
    assert.deepEqual(times, sorted, 'in order of time');
    assert.equal(all.length, keys.length, 'each once');
  }

  describe('leaving applications out', () => {
    const spreads = { 'one ms': () => 0, 'a while': (index: number) => index * 9 };
    for (const [over, spread] of Object.entries(spreads)) {
      checkQueue(
        `many due over ${over}: another one comes at once, and they later`,
        async (queue) => {
          const baseMs = Date.now() - 2_000;
          const crowd = await addCrowd((index) => baseMs + spread(index));
          const application = crowd[0]?.application ?? '';
          const one = { application: freshApplication(), eventId: 'one' };
          await kit.add(one, { dueMs: baseMs + spread(CROWD) });
          const without = new Set([application]);
          assert.equal((await drainKeys(queue, [one], { without, limit: 5 })).length, 1);
          assert.deepEqual(await drainFor(queue, application, QUIET_MS, without), []);
          await comesInOrder(queue, crowd);
        },
      );
    }

    checkQueue('what is taken of one, left out and taken again comes once', async (queue) => {
      const baseMs = Date.now() - 2_000;
      const crowd = await addCrowd((index) => baseMs + (index % 20) * 11);
      const application = crowd[0]?.application ?? '';
      const all: Taken[] = [];
      let round = 0;
      await drain(queue, { application, limit: 9 }, async (taken) => {
        all.push(...taken);
        round += 1;
        const without = new Set([application]);
        if (round % 2 === 0) await takeDue(queue, { application, limit: 9, without });
        return all.length >= CROWD;
      });
      assert.equal(new Set(all.map(({ entry }) => entry.key.eventId)).size, CROWD);
      assert.equal(all.length, CROWD, 'each once');
    });

    checkQueue('what is added, and what wakes, while it is left out waits too', async (queue) => {
      const application = freshApplication();
      const [postponed, before, added] = keysOf(application, 3);
      assert.ok(postponed && before && added);
      await kit.add(postponed, { dueMs: Date.now() - 100 });
      const [handed] = await drainKeys(queue, [postponed]);
      assert.ok(handed);
      const without = new Set([application]);
      queue.postpone(handed.entry, Date.now() + 100);
      await kit.add(before, { dueMs: Date.now() + 50 });
      assert.deepEqual(await drainFor(queue, application, QUIET_MS, without), []);
      await kit.add(added, { dueMs: Date.now() - 60_000 });
      assert.deepEqual(await drainFor(queue, application, QUIET_MS, without), []);
      const all = await drainKeys(queue, [postponed, before, added]);
      assert.equal(all.length, 3, 'each once');
    });

    checkQueue('several are left out, and come back one after the other', async (queue) => {
      const baseMs = Date.now() - 2_000;
      const crowds: TimedEventKey[][] = [];
      for (let count = 0; count < 3; count += 1) {
        crowds.push(await addCrowd((index) => baseMs + (index % 10)));
      }
      const without = new Set(crowds.flatMap(([key]) => (key ? [key.application] : [])));
      for (const crowd of crowds) {
        const application = crowd[0]?.application ?? '';
        assert.deepEqual(await drainFor(queue, application, 50, without), []);
        without.delete(application);
        const all = await drainKeys(queue, crowd, { without: new Set(without), limit: 50 });
        assert.equal(all.length, CROWD, 'each once');
      }
    });
  });
}
