import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  attempted,
  claimed,
  hurried,
  lost,
  purged,
  refused,
  replayed,
  rescheduled,
  summaryOf,
  type CallResult,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventPlan,
} from '../../../src/core/index.js';
import { check } from '../event-log/kit.js';
import { claimEntry, completed, drain, drainKeys } from './drain.js';
import {
  assertSame,
  claimOf,
  FAR_MS,
  freshApplication,
  moment,
  newUuid,
  type TimedKit,
} from './kit.js';
import { listAll } from './lists.js';

const LATENESS = { maxMs: 0, action: 'skip' } as const;
const RUN = {
  scheduleId: 'za\u017c\u00f3 \u{1f600}',
  nominalMs: FAR_MS,
  cause: 'schedule',
} as const;

const PLANS: Readonly<Record<string, Partial<TimedEventPlan>>> = {
  lateness: { lateness: { maxMs: 315_360_000_000, action: 'dead-letter' } },
  'the run of a schedule': { run: RUN },
  'a trace': {
    trace: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: '' },
  },
  'a trace with a state, and a run': {
    run: RUN,
    trace: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`, tracestate: 'a=1,b=2' },
  },
  'both, of an append': {
    lateness: LATENESS,
    run: { ...RUN, cause: 'backfill' },
    target: {
      kind: 'append',
      stream: 's',
      type: 'T',
      content: 'json',
      contentType: undefined,
      metadata: undefined,
      expected: { kind: 'any' },
    },
  },
  'a task': { target: { kind: 'task', task: 'sweep' } },
  'a task with a run': { target: { kind: 'task', task: 'schedule' }, run: RUN },
};

const KEPT_MS = 1_000;
const GONE_WITHIN_MS = 45_000;

/** What plans may have besides, and the arrows that users and tasks have of their own. */
export function exerciseReplays(kit: TimedKit): void {
  const newKey = (): TimedEventKey => ({ application: freshApplication(), eventId: 'entry' });

  /** Makes the change and finds what it made. */
  async function step(from: TimedEvent, to: TimedEvent | undefined): Promise<TimedEvent> {
    const written = await kit.write(from, to);
    assertSame(await kit.find(written.key), written);
    return written;
  }

  async function called(added: TimedEvent, result: CallResult): Promise<TimedEvent> {
    const taken = await kit.write(added, claimed(added, claimOf(newUuid(), 7), moment()));
    return step(
      taken,
      attempted(taken, { result, startedMs: 5, durationMs: 6, chance: 0 }, moment()),
    );
  }

  const final = (body: string): CallResult => {
    return { kind: 'answered', status: 404, body, retryAfterMs: undefined };
  };

  describe('replays', () => {
    for (const [name, plan] of Object.entries(PLANS)) {
      check(`an entry comes back as it was added: ${name}`, async () => {
        const added = await kit.add(newKey(), plan);
        assertSame(await kit.find(added.key), added);
        const { application } = added.key;
        assert.deepEqual(await listAll(kit.timedEvents, { application }), [summaryOf(added)]);
        const moved = await step(added, rescheduled(added, FAR_MS + 1, moment()));
        await called(moved, { kind: 'failed', error: 'no' });
      });
    }

    check('too late: SKIPPED; refused: FAILED; purged: DELETED', async () => {
      const added = await kit.add(newKey(), { lateness: LATENESS });
      const skipped = claimed(added, claimOf(newUuid()), moment(FAR_MS + 1));
      assert.equal((await step(added, skipped)).state.status, 'SKIPPED');
      const other = await kit.add(newKey());
      const failed = await step(other, refused(other, 'it is dis\u00e4bled', moment()));
      await step(failed, purged(failed, moment()));
      assert.deepEqual(await listAll(kit.timedEvents, other.key), []);
    });

    check('a task that waits gets another payload, and keeps the log of its attempts', async () => {
      const added = await kit.add(newKey(), { target: { kind: 'task', task: 'failure' } });
      const taken = await kit.write(added, claimed(added, claimOf(newUuid(), 7), moment()));
      const waiting = await step(taken, lost(taken, moment(FAR_MS)));
      const moved = rescheduled(waiting, FAR_MS - 1, moment());
      assert.ok(moved);
      await step(waiting, { ...moved, plan: { ...moved.plan, payload: Buffer.from('other') } });
    });

    check('replayed, again and again: all of it is there, and is listed', async () => {
      let event = await kit.add(newKey(), { payload: Buffer.from('p'), run: RUN });
      for (let round = 1; round <= 3; round += 1) {
        event = await called(event, final(`answer ${round}`));
        event = await step(event, replayed(event, moment()));
        assert.equal(event.attempts.length, round);
        const { application } = event.key;
        assert.deepEqual(await listAll(kit.timedEvents, { application }), [summaryOf(event)]);
      }
      const result = { kind: 'answered', status: 200, body: '', retryAfterMs: undefined } as const;
      assert.equal((await called(event, result)).attempts.length, 4);
    });

    check('what was replayed does not vanish with what was not', async () => {
      const application = freshApplication();
      const add = (eventId: string) => kit.add({ application, eventId }, { retentionMs: KEPT_MS });
      const again = await called(await add('replayed'), final('a'));
      const stays = await step(again, replayed(again, moment()));
      const vanishes = await called(await add('not replayed'), final('b'));
      const queue = await kit.openQueue();
      try {
        await drain(queue, { application, timeoutMs: GONE_WITHIN_MS }, async () => {
          return (await kit.find(vanishes.key)) === undefined;
        });
      } finally {
        await queue.close();
      }
      // it is older than what has vanished
      assertSame(await kit.find(stays.key), stays);
      assert.deepEqual(await listAll(kit.timedEvents, { application }), [summaryOf(stays)]);
      const over = await called(stays, final('c'));
      assert.equal(over.attempts.length, 2);
    });

    check('replayed, hurried and called again: handed out at the new time', async () => {
      const application = freshApplication();
      const queue = await kit.openQueue();
      const due = async (event: TimedEvent): Promise<void> => {
        const [taken] = await drainKeys(queue, [event.key]);
        assert.ok(taken && 'nextMs' in event.state);
        assert.equal(taken.entry.nextMs, event.state.nextMs);
        assert.equal(taken.entry.generation, event.generation);
        const claim = await claimEntry(kit.timedEvents, taken.entry, newUuid());
        assert.ok(claim);
        await kit.write(claim, completed(claim));
        queue.settle(taken.entry);
      };
      try {
        const first = await kit.add({ application, eventId: 'a' }, { dueMs: Date.now() });
        const [taken] = await drainKeys(queue, [first.key]);
        assert.ok(taken);
        const failed = await called(first, final('no'));
        queue.settle(taken.entry);
        await due(await step(failed, replayed(failed, moment())));

        const far = await kit.add({ application, eventId: 'b' });
        await due(await step(far, hurried(far, moment())));

        const target = { kind: 'task', task: 'schedule' } as const;
        const task = await kit.add({ application, eventId: 'c' }, { target, dueMs: Date.now() });
        const [begun] = await drainKeys(queue, [task.key]);
        assert.ok(begun);
        const again = await called(task, { kind: 'again', atMs: Date.now() + 300 });
        queue.settle(begun.entry);
        assert.notEqual(again.generation, task.generation);
        await due(again);
      } finally {
        await queue.close();
      }
    });
  });
}
