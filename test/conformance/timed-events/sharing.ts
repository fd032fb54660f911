import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  claimed,
  deleted,
  lost,
  type TimedEvent,
  type TimedEventKey,
  type Uuid,
} from '../../../src/core/index.js';
import type { DueQueue, TimedEvents } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import { claimEntry, completed, drain, drainKeys, takeDue, type Taken } from './drain.js';
import {
  changeIn,
  freshApplication,
  keysOf,
  moment,
  newUuid,
  writeIn,
  type TimedEventsUnderTest,
  type TimedKit,
} from './kit.js';

const SHARED = 200;
/** The promise is 5 s; the rest is for a machine that is busy with other tests. */
const TAKEN_OVER_WITHIN_MS = 8_000;
const HANDED_OVER_WITHIN_MS = 4_000;

interface Poller {
  readonly id: Uuid;
  readonly queue: DueQueue;
  readonly timedEvents: TimedEvents;
}

async function openPoller(timedEvents: TimedEvents): Promise<Poller> {
  const id = newUuid();
  return { id, queue: await timedEvents.openQueue(id), timedEvents };
}

export function exerciseSharing(kit: TimedKit): void {
  async function addDue(count: number): Promise<TimedEventKey[]> {
    const keys = keysOf(freshApplication(), count);
    const dueMs = Date.now();
    await Promise.all(keys.map((key) => kit.add(key, { dueMs })));
    return keys;
  }

  describe('pollers', () => {
    check('two pollers: every entry is claimed by one of them', async () => {
      await share(kit.underTest, kit.underTest);
    });

    check('two pollers in two programs: the same', async (t) => {
      const { beside } = kit.underTest;
      if (beside === undefined) return t.skip('one program only');
      const other = await beside();
      try {
        await share(kit.underTest, other);
      } finally {
        await other.cleanup();
      }
    });

    check('what an entry remembers is how it was written here; elsewhere it goes on', async () => {
      const { timedEvents, beside } = kit.underTest;
      const other = await beside?.();
      const queue = await kit.openQueue();
      const [kept, dropped] = keysOf(freshApplication(), 2);
      assert.ok(kept && dropped);
      try {
        const dueMs = Date.now() + 2_000;
        const added = await kit.add(dropped, { dueMs });
        await kit.add(kept, { dueMs });
        const taken = await drainKeys(queue, [kept, dropped], { aheadMs: 10_000 });
        const now = await kit.find(kept);
        for (const { entry } of taken) {
          const expected: TimedEvent | undefined = entry.key.eventId === kept.eventId ? now : added;
          assert.equal((entry.remembered?.() ?? expected)?.change, expected?.change);
        }
        await writeIn((other ?? kit.underTest).timedEvents, added, deleted(added, moment()));
        const entry = taken.find(({ entry: { key } }) => key.eventId === dropped.eventId)?.entry;
        const remembered = entry?.remembered?.() ?? added;
        const claim = { poller: newUuid(), epoch: 1, claimedMs: Date.now() };
        const to = claimed(remembered, claim, moment());
        assert.ok(entry && to);
        assert.equal((await changeIn(timedEvents, remembered, to)).kind, 'differs');
        assert.equal(entry.remembered?.(), undefined, 'it knows better now');
      } finally {
        await queue.close();
        await other?.cleanup();
      }
    });

    check('entries of a poller that vanished go to another, also under attempt', async () => {
      const { beside } = kit.underTest;
      const doomed = beside === undefined ? kit.underTest : await beside();
      const keys = await addDue(12);
      const victim = await openPoller(doomed.timedEvents);
      const heir = await openPoller(kit.timedEvents);
      try {
        const { taken, claims } = await claimHalf(victim, keys);
        const [claim] = claims;
        assert.ok(claim);
        const early = await takeDue(heir.queue, { application: claim.application });
        const claimOfVictim = { poller: victim.id, epoch: claim.epoch, claimedMs: Date.now() };
        assert.equal(heir.queue.isGone(claimOfVictim), false, 'it has only just been there');
        assert.equal(victim.queue.isGone(claimOfVictim), false, 'it knows itself');

        await doomed.vanish?.();
        const beganMs = performance.now();
        await inherit(heir, keys, early);
        const tookMs = Math.round(performance.now() - beganMs);
        assert.ok(tookMs < TAKEN_OVER_WITHIN_MS, `taken over after ${tookMs} ms`);
        assert.ok(heir.queue.isGone(claimOfVictim));
        for (const { entry } of taken) assert.ok(!victim.queue.holds(entry), 'it has lost them');
      } finally {
        await victim.queue.close();
        await heir.queue.close();
        if (doomed !== kit.underTest) await doomed.cleanup();
      }
    });

    check(
      'a poller that leaves hands over what it has not begun, and its claims live on',
      async () => {
        const keys = await addDue(20);
        const first = await openPoller(kit.timedEvents);
        const second = await openPoller(kit.timedEvents);
        try {
          const { claims } = await claimHalf(first, keys);
          const [claimed] = claims;
          assert.ok(claimed);
          await first.queue.handOver();
          await first.queue.handOver();
          const claim = { poller: first.id, epoch: claimed.epoch, claimedMs: Date.now() };
          const beganMs = performance.now();
          const left = keys.length - claims.length;
          const begun = new Set<string>();
          await drain(second.queue, { application: claimed.application }, async (taken) => {
            for (const { entry } of taken) {
              assert.equal(second.queue.isGone(claim), false, 'its claims are alive');
              const done = await claimEntry(kit.timedEvents, entry, second.id);
              if (done === undefined) second.queue.postpone(entry, Date.now() + 50);
              else begun.add(entry.key.eventId);
            }
            return begun.size === left;
          });
          const tookMs = Math.round(performance.now() - beganMs);
          assert.ok(tookMs < HANDED_OVER_WITHIN_MS, `handed over after ${tookMs} ms`);
        } finally {
          await first.queue.close();
          await second.queue.close();
        }
      },
    );

    check('a poller that closes hands over at once', async () => {
      const keys = await addDue(20);
      const first = await openPoller(kit.timedEvents);
      const second = await openPoller(kit.timedEvents);
      try {
        await first.queue.arrival(1, AbortSignal.timeout(1_000));
        await first.queue.take({ ...windowNow(), limit: 10 });
        await first.queue.close();
        await first.queue.close();
        const beganMs = performance.now();
        await drainKeys(second.queue, keys);
        const tookMs = Math.round(performance.now() - beganMs);
        assert.ok(tookMs < HANDED_OVER_WITHIN_MS, `handed over after ${tookMs} ms`);
        const claim = { poller: first.id, epoch: 1, claimedMs: Date.now() };
        assert.ok(second.queue.isGone(claim), 'it is gone for certain');
      } finally {
        await first.queue.close();
        await second.queue.close();
      }
    });

    async function share(left: TimedEventsUnderTest, right: TimedEventsUnderTest): Promise<void> {
      const pollers = [await openPoller(left.timedEvents), await openPoller(right.timedEvents)];
      try {
        const keys = await addDue(SHARED);
        const done: string[] = [];
        await Promise.all(pollers.map((poller) => work(poller, keys, done)));
        assert.equal(new Set(done).size, SHARED, 'all of them');
        assert.equal(done.length, SHARED, 'each by one');
      } finally {
        for (const { queue } of pollers) await queue.close();
      }
    }
  });

  /** Takes until all are under its attempt; takes back what the one that is gone had claimed. */
  async function inherit(
    { id, queue, timedEvents }: Poller,
    keys: readonly TimedEventKey[],
    early: readonly Taken[],
  ): Promise<void> {
    const application = keys[0]?.application ?? '';
    const left = new Set(keys.map(({ eventId }) => eventId));
    let before = early;
    await drain(queue, { application }, async (taken) => {
      const all = [...before, ...taken];
      before = [];
      for (const { entry } of all) {
        const current = await timedEvents.find(entry.key);
        assert.ok(current);
        const { state } = current;
        if (state.status === 'PROCESSING' && state.claim.poller !== id) {
          if (queue.isGone(state.claim)) {
            await writeIn(timedEvents, current, lost(current, moment()));
            queue.settle(entry);
          } else {
            queue.postpone(entry, Date.now() + 100);
          }
        } else if (await claimEntry(timedEvents, entry, id)) left.delete(entry.key.eventId);
        else queue.settle(entry);
      }
      return left.size === 0;
    });
  }
}

/** Claims and completes what it gets, until both pollers together have done all. */
async function work(poller: Poller, keys: TimedEventKey[], done: string[]): Promise<void> {
  const { queue, timedEvents, id } = poller;
  const application = keys[0]?.application ?? '';
  await drain(queue, { application, limit: 20 }, async (taken) => {
    for (const { entry } of taken) {
      const claim = await claimEntry(timedEvents, entry, id);
      if (claim !== undefined) {
        done.push(entry.key.eventId);
        await writeIn(timedEvents, claim, completed(claim));
      }
      queue.settle(entry);
    }
    return done.length >= keys.length;
  });
}

interface ClaimOfOne {
  readonly application: string;
  readonly epoch: number;
}

/** Claims some of what it is handed, and holds the rest. */
async function claimHalf(
  poller: Poller,
  keys: TimedEventKey[],
): Promise<{ readonly taken: Taken[]; readonly claims: ClaimOfOne[] }> {
  const taken: Taken[] = [];
  const claims: ClaimOfOne[] = [];
  await drain(poller.queue, { application: keys[0]?.application ?? '' }, async (found) => {
    for (const { entry } of found) {
      taken.push({ entry, nowMs: Date.now() });
      if (taken.length % 2 === 0) continue;
      assert.ok(await claimEntry(poller.timedEvents, entry, poller.id));
      claims.push({ application: entry.key.application, epoch: entry.epoch });
    }
    return claims.length >= 2;
  });
  return { taken, claims };
}

function windowNow() {
  const nowMs = Date.now();
  return { nowMs, fromMs: 0, untilMs: nowMs };
}
