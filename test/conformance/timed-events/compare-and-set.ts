import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  claimed,
  deleted,
  rescheduled,
  scheduledAnew,
  type TimedEvent,
} from '../../../src/core/index.js';
import { check } from '../event-log/kit.js';
import {
  assertDiffers,
  assertSame,
  claimOf,
  FAR_MS,
  freshApplication,
  moment,
  newEntry,
  newPlan,
  newUuid,
  type TimedKit,
} from './kit.js';

const WRITERS = 32;
const ROUNDS = 3;

export function exerciseCompareAndSet(kit: TimedKit): void {
  const freshKey = () => ({ application: freshApplication(), eventId: 'race' });

  describe('compare-and-set', () => {
    check('a change of what is no longer current differs, and says what is', async () => {
      const added = await kit.add(freshKey());
      const moved = await kit.write(added, rescheduled(added, FAR_MS + 1, moment()));
      const late = rescheduled(added, FAR_MS + 2, moment());
      assert.ok(late);
      assertDiffers(await kit.change(added, late), moved);
      assertSame(await kit.find(added.key), moved);
    });

    check('a change of what is not there differs', async () => {
      const absent = newEntry(freshKey());
      const to = rescheduled(absent, FAR_MS + 1, moment());
      assert.ok(to);
      assertDiffers(await kit.change(absent, to), undefined);
      assert.equal(await kit.find(absent.key), undefined);
    });

    check('an add where there is one differs, also over DELETED', async () => {
      const added = await kit.add(freshKey());
      assertDiffers(await kit.change(undefined, newEntry(added.key)), added);
      const gone = await kit.write(added, deleted(added, moment()));
      assertDiffers(await kit.change(undefined, newEntry(added.key)), gone);
      await kit.write(gone, scheduledAnew(gone, newPlan(), newUuid(), moment()));
    });

    check('the same change again is changed; once others came after it, it differs', async () => {
      const first = newEntry(freshKey());
      await kit.write(undefined, first);
      await kit.write(undefined, first);
      const second = await kit.write(first, rescheduled(first, FAR_MS + 1, moment()));
      await kit.write(first, second);
      const third = await kit.write(second, deleted(second, moment()));
      assertDiffers(await kit.change(first, second), third);
      assertSame(await kit.find(first.key), third);
    });

    check(`${WRITERS} writers race for one key: one wins each round`, async () => {
      let current = await kit.add(freshKey());
      for (let round = 1; round <= ROUNDS; round += 1) {
        const tries = Array.from({ length: WRITERS }, (_, index) => {
          const to = rescheduled(current, FAR_MS + round * 100 + index, moment());
          assert.ok(to);
          return to;
        });
        current = await race(current, tries);
      }
    });

    check(`${WRITERS} adds race for one key: one wins`, async () => {
      const key = freshKey();
      await race(
        undefined,
        Array.from({ length: WRITERS }, () => newEntry(key)),
      );
    });

    check('a signal that was aborted before: nothing is stored', async () => {
      const entry = newEntry(freshKey());
      const change = { from: undefined, to: entry };
      const outcome = await kit.timedEvents.change(change, AbortSignal.abort());
      assert.equal(outcome.kind, 'unavailable');
      if (outcome.kind === 'unavailable') assert.equal(outcome.error.code, 'UNAVAILABLE');
      assert.equal(await kit.find(entry.key), undefined);
    });

    check('a signal aborted meanwhile: the answer is true, a repetition safe', async () => {
      const key = freshKey();
      for (let round = 0; round < ROUNDS; round += 1) {
        const entry = newEntry({ ...key, eventId: `aborted ${round}` });
        const ended = new AbortController();
        const answer = kit.timedEvents.change({ from: undefined, to: entry }, ended.signal);
        ended.abort();
        const { kind } = await answer;
        assert.ok(kind === 'changed' || kind === 'unknown' || kind === 'unavailable', kind);
        await kit.write(undefined, entry);
        assertSame(await kit.find(entry.key), entry);
      }
    });

    check('a claim and a deletion race: one of them wins', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const added = await kit.add(freshKey());
        const tries = [
          claimed(added, claimOf(newUuid()), moment()),
          deleted(added, moment()),
        ].filter((to) => to !== undefined);
        await race(added, tries);
      }
    });

    async function race(
      from: TimedEvent | undefined,
      tries: readonly TimedEvent[],
    ): Promise<TimedEvent> {
      const outcomes = await Promise.all(tries.map((to) => kit.change(from, to)));
      const won = tries.filter((_, index) => outcomes[index]?.kind === 'changed');
      assert.equal(won.length, 1, 'one wins');
      const [winner] = won;
      assert.ok(winner);
      for (const outcome of outcomes) {
        if (outcome.kind !== 'changed') assertDiffers(outcome, winner);
      }
      assertSame(await kit.find(winner.key), winner);
      return winner;
    }
  });
}
