import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  attempted,
  cancelled,
  claimed,
  deleted,
  hurried,
  replayed,
  rescheduled,
  scheduledAnew,
  type TimedEvent,
} from '../../../src/core/index.js';
import { check } from '../event-log/kit.js';
import { completed } from './drain.js';
import {
  claimOf,
  FAR_MS,
  freshApplication,
  keysOf,
  moment,
  newEntry,
  newPlan,
  newUuid,
  type TimedKit,
} from './kit.js';

const COUNTED_WITHIN_MS = 15_000;
const DAY_MS = 86_400_000;

/** How many entries are PENDING or PROCESSING, some moments after each change. */
export function exerciseCounts(kit: TimedKit): void {
  async function counts(application: string, wanted: number, when: string): Promise<void> {
    const giveUp = AbortSignal.timeout(COUNTED_WITHIN_MS);
    for (;;) {
      const count = await kit.timedEvents.countPending(application);
      if (count === wanted) return;
      assert.ok(!giveUp.aborted, `${when}: ${count} instead of ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function taken(added: TimedEvent): Promise<TimedEvent> {
    return kit.write(added, claimed(added, claimOf(newUuid()), moment()));
  }

  async function failedOne(added: TimedEvent): Promise<TimedEvent> {
    const from = await taken(added);
    const result = { kind: 'refused', reason: 'not allowed' } as const;
    const call = { result, startedMs: 1, durationMs: 2, chance: 0 };
    return kit.write(from, attempted(from, call, moment()));
  }

  describe('counting', () => {
    check('adds, claims and every kind of end', async () => {
      const application = freshApplication();
      await counts(application, 0, 'nothing');
      const added: TimedEvent[] = [];
      for (const [index, key] of keysOf(application, 6).entries()) {
        added.push(await kit.add(key, { dueMs: FAR_MS + index * DAY_MS }));
      }
      const [first, second, third, fourth, fifth] = added;
      assert.ok(first && second && third && fourth && fifth);
      await counts(application, 6, 'added');
      const processing = await taken(first);
      await counts(application, 6, 'claimed');
      await kit.write(processing, completed(processing));
      await counts(application, 5, 'completed');
      const under = await taken(second);
      await kit.write(under, cancelled(under, moment()));
      await kit.write(third, deleted(third, moment()));
      await failedOne(fourth);
      await counts(application, 2, 'cancelled, deleted, failed');
      await kit.write(fifth, rescheduled(fifth, FAR_MS - 3 * DAY_MS, moment()));
      await counts(application, 2, 'moved');
      assert.equal(await kit.timedEvents.countPending(freshApplication()), 0, 'of nobody else');
    });

    check('replays, next generations and moves to where something was', async () => {
      const application = freshApplication();
      const [key] = keysOf(application, 1);
      assert.ok(key);
      const failed = await failedOne(await kit.add(key));
      await counts(application, 0, 'failed');
      const again = await kit.write(failed, replayed(failed, moment()));
      await counts(application, 1, 'replayed');
      const over = await failedOne(again);
      await counts(application, 0, 'failed again');
      const anew = scheduledAnew(over, newPlan({ dueMs: FAR_MS + 1 }), newUuid(), moment());
      const added = await kit.write(over, anew);
      await counts(application, 1, 'scheduled anew elsewhere');
      const back = await kit.write(added, rescheduled(added, FAR_MS, moment()));
      await counts(application, 1, 'moved to where it was over');
      const hurry = await kit.write(back, hurried(back, moment()));
      await counts(application, 1, 'hurried');
      await kit.write(hurry, deleted(hurry, moment()));
      await counts(application, 0, 'deleted');
    });

    check('what was not taken on does not count, whatever it met', async () => {
      const application = freshApplication();
      const [key] = keysOf(application, 1);
      assert.ok(key);
      const add = async (dueMs: number) => {
        assert.equal((await kit.change(undefined, newEntry(key, { dueMs }))).kind, 'differs');
      };
      const pending = await kit.add(key);
      await add(FAR_MS);
      await add(FAR_MS + 1);
      await counts(application, 1, 'beside one that is pending');
      const failed = await failedOne(pending);
      await add(FAR_MS);
      await add(FAR_MS + DAY_MS);
      await counts(application, 0, 'beside one that is over');
      const again = await kit.write(failed, replayed(failed, moment()));
      const late = replayed(failed, moment());
      assert.ok(late);
      assert.equal((await kit.change(failed, late)).kind, 'differs');
      await counts(application, 1, 'a second replay');
      const over = await failedOne(again);
      assert.equal((await kit.change(failed, late)).kind, 'differs');
      await counts(application, 0, 'a replay of what is over again');
      await kit.write(over, replayed(over, moment()));
      await counts(application, 1, 'a replay');
    });

    check('more than one step of a count', async () => {
      const application = freshApplication();
      const keys = keysOf(application, 300);
      const dues = keys.map((_, index) => FAR_MS + (index % 40) * DAY_MS);
      await Promise.all(keys.map((key, index) => kit.add(key, { dueMs: dues[index] ?? 0 })));
      await counts(application, 300, 'over forty days');
    });
  });
}
