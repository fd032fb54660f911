import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  destinationOf,
  rescheduled,
  scheduledAnew,
  withdrawn,
  type TimedEventKey,
} from '../../../src/core/index.js';
import type { DueQueue } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import { claimEntry, completed, drain, drainFor, drainKeys, takeDue } from './drain.js';
import { freshApplication, keysOf, moment, newPlan, newUuid, type TimedKit } from './kit.js';

const ENTRIES = 60;
const QUIET_MS = 1_500;
const WOKEN_WITHIN_MS = 5_000;

export function exerciseQueue(kit: TimedKit): void {
  /** A poller of its own for a test, gone after it. */
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

  /** One entry that is due now. */
  async function dueNow(): Promise<TimedEventKey> {
    const key = { application: freshApplication(), eventId: 'due' };
    await kit.add(key, { dueMs: Date.now() });
    return key;
  }

  describe('queue', () => {
    checkQueue('everything is handed out at its time, not before, once', async (queue) => {
      const keys = keysOf(freshApplication(), ENTRIES);
      const baseMs = Date.now() + 300;
      const dues = keys.map((_, index) => baseMs + ((index * 37) % ENTRIES) * 15);
      await Promise.all(keys.map((key, index) => kit.add(key, { dueMs: dues[index] ?? 0 })));
      const all = await drainKeys(queue, keys);
      for (const { entry, nowMs } of all) {
        assert.ok(entry.nextMs <= nowMs, 'not early');
        assert.ok(queue.holds(entry), 'it may be begun');
        const stored = await kit.find(entry.key);
        assert.ok(stored);
        assert.equal(entry.generation, stored.generation);
        assert.equal(entry.nextMs, stored.plan.dueMs);
        assert.equal(entry.destination, destinationOf(stored.plan.target));
      }
      assert.equal(all.length, ENTRIES, 'each once');
      const application = keys[0]?.application ?? '';
      assert.deepEqual(await drainFor(queue, application, QUIET_MS), [], 'each once');
    });

    checkQueue('what comes due up to the end of the window is handed out ahead', async (queue) => {
      const application = freshApplication();
      const key = { application, eventId: 'ahead' };
      const { plan } = await kit.add(key, { dueMs: Date.now() + 20_000 });
      assert.deepEqual(await drainFor(queue, application, 500), []);
      const [taken] = await drainKeys(queue, [key], { aheadMs: 20_000 });
      assert.equal(taken?.entry.nextMs, plan.dueMs);
    });

    checkQueue('the limit and the beginning of the window are kept', async (queue) => {
      const keys = keysOf(freshApplication(), 20);
      const oldMs = Date.now() - 3_600_000;
      for (const [index, key] of keys.entries()) await kit.add(key, { dueMs: oldMs + index });
      const fresh = { application: keys[0]?.application ?? '', eventId: 'on time' };
      const { plan } = await kit.add(fresh, { dueMs: Date.now() });
      const giveUp = AbortSignal.timeout(30_000);
      for (let found = 0; found === 0; ) {
        const nowMs = Date.now();
        const window = { nowMs, fromMs: plan.dueMs, untilMs: nowMs, limit: 5 };
        const entries = await queue.take(window);
        assert.ok(entries.length <= 5 && entries.every(({ nextMs }) => nextMs >= plan.dueMs));
        found = entries.filter(({ key }) => key.application === fresh.application).length;
        assert.ok(!giveUp.aborted, 'what is on time is not held up');
        if (found === 0) await queue.arrival(100, giveUp);
      }
      assert.equal((await drainKeys(queue, keys, { limit: 3 })).length, keys.length);
    });

    checkQueue('what is postponed is handed out again, not before its time', async (queue) => {
      const key = await dueNow();
      const [first] = await drainKeys(queue, [key]);
      assert.ok(first);
      const atMs = Date.now() + 700;
      queue.postpone(first.entry, atMs);
      const [again] = await drainKeys(queue, [key]);
      assert.ok(again && again.nowMs >= atMs, 'not early');
      assert.equal(again.entry.generation, first.entry.generation);
    });

    checkQueue('what was claimed, completed and settled does not come back', async (queue) => {
      const key = await dueNow();
      const [taken] = await drainKeys(queue, [key]);
      assert.ok(taken);
      const claim = await claimEntry(kit.timedEvents, taken.entry, newUuid());
      assert.ok(claim);
      await kit.write(claim, completed(claim));
      queue.settle(taken.entry);
      assert.deepEqual(await drainFor(queue, key.application, QUIET_MS), []);
    });

    checkQueue('a retry is handed out at its new time', async (queue) => {
      const key = await dueNow();
      const [taken] = await drainKeys(queue, [key]);
      assert.ok(taken);
      const before = await kit.find(key);
      assert.ok(before);
      const later = rescheduled(before, Date.now() + 400, moment());
      const { plan } = await kit.write(before, later);
      queue.settle(taken.entry);
      const [again] = await drainKeys(queue, [key]);
      assert.equal(again?.entry.nextMs, plan.dueMs);
      assert.ok(again && again.nowMs >= plan.dueMs, 'not early');
    });

    checkQueue('what was withdrawn and postponed is handed out again', async (queue) => {
      const poller = newUuid();
      const key = await dueNow();
      const [taken] = await drainKeys(queue, [key]);
      assert.ok(taken);
      const claim = await claimEntry(kit.timedEvents, taken.entry, poller);
      assert.ok(claim);
      await kit.write(claim, withdrawn(claim, moment()));
      queue.postpone(taken.entry, Date.now() + 100);
      assert.equal((await drainKeys(queue, [key])).length, 1);
    });

    checkQueue('a next generation at the same time is handed out', async (queue) => {
      const key = await dueNow();
      const [taken] = await drainKeys(queue, [key]);
      const before = await kit.find(key);
      assert.ok(taken && before);
      const plan = newPlan({ dueMs: before.plan.dueMs });
      const anew = await kit.write(before, scheduledAnew(before, plan, newUuid(), moment()));
      await drain(queue, { application: key.application }, (all) => {
        queue.settle(taken.entry);
        return all.some(({ entry }) => entry.generation === anew.generation);
      });
    });

    checkQueue('what is added behind what was handed out is handed out, too', async (queue) => {
      const warm = await dueNow();
      await drainKeys(queue, [warm]);
      const late = { application: freshApplication(), eventId: 'late' };
      await kit.add(late, { dueMs: Date.now() - 60_000 });
      assert.equal((await drainKeys(queue, [late], { timeoutMs: 20_000 })).length, 1);
    });

    checkQueue('an add that is due now ends the waiting', async (queue) => {
      const warm = await dueNow();
      await drainKeys(queue, [warm]);
      const application = freshApplication();
      const beganMs = performance.now();
      const adding = kit.add({ application, eventId: 'soon' }, { dueMs: Date.now() });
      for (let found = 0; found === 0; ) {
        await queue.arrival(4 * WOKEN_WITHIN_MS, AbortSignal.timeout(4 * WOKEN_WITHIN_MS));
        found = (await takeDue(queue, { application })).length;
      }
      assert.ok(performance.now() - beganMs < WOKEN_WITHIN_MS, 'sooner than the wait');
      await adding;
    });

    checkQueue('a wait ends when its signal is aborted', async (queue) => {
      await queue.arrival(60_000, AbortSignal.abort());
      const ended = new AbortController();
      const waiting = queue.arrival(60_000, ended.signal);
      ended.abort();
      await waiting;
    });
  });
}
