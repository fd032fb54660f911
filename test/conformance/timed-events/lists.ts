import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  attempted,
  cancelled,
  claimed,
  deleted,
  rescheduled,
  scheduledAnew,
  summaryOf,
  type TimedEvent,
  type TimedEventSummary,
} from '../../../src/core/index.js';
import type { TimedEventQuery, TimedEvents } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import {
  claimOf,
  FAR_MS,
  freshApplication,
  keysOf,
  moment,
  newPlan,
  newUuid,
  type TimedKit,
} from './kit.js';

const DAY_MS = 86_400_000;
const PAGES_MAX = 10_000;

/** All pages of a list; `limit` is that of each. */
export async function listAll(
  timedEvents: TimedEvents,
  query: Partial<TimedEventQuery> & Pick<TimedEventQuery, 'application'>,
): Promise<TimedEventSummary[]> {
  const whole = { statuses: [], fromMs: 0, untilMs: FAR_MS * 2, limit: 100, ...query };
  const all: TimedEventSummary[] = [];
  let after = query.after;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await timedEvents.list({ ...whole, after });
    assert.ok(page.events.length <= whole.limit, 'the limit is kept');
    all.push(...page.events);
    if (page.next === undefined) return all;
    after = page.next;
  }
  return assert.fail('the list does not end');
}

export function exerciseLists(kit: TimedKit): void {
  const list = (query: Partial<TimedEventQuery> & Pick<TimedEventQuery, 'application'>) =>
    listAll(kit.timedEvents, query);

  describe('lists', () => {
    check('an application without entries has an empty list', async () => {
      assert.deepEqual(await list({ application: freshApplication() }), []);
    });

    check('by due time, then by the bytes of the id; whatever the size of the pages', async () => {
      const application = freshApplication();
      const ids = ['b', 'B', 'a', '\u{1f600}', '\uffff', '\u00e9', 'aa'];
      const dues = [FAR_MS + 2 * DAY_MS, FAR_MS, FAR_MS + 1, FAR_MS];
      const added: TimedEvent[] = [];
      for (const [round, dueMs] of dues.entries()) {
        for (const id of ids)
          added.push(await kit.add({ application, eventId: `${id}${round}` }, { dueMs }));
      }
      const wanted = added.map(summaryOf).sort(byPlace);
      for (const limit of [1, 3, 7, 1_000]) {
        assert.deepEqual(await list({ application, limit }), wanted, `pages of ${limit}`);
      }
    });

    check('a range of due times: from inclusive, to exclusive', async () => {
      const application = freshApplication();
      const added: TimedEvent[] = [];
      for (const [index, key] of keysOf(application, 6).entries()) {
        added.push(await kit.add(key, { dueMs: FAR_MS + index * DAY_MS }));
      }
      const range = { fromMs: FAR_MS + DAY_MS, untilMs: FAR_MS + 4 * DAY_MS };
      assert.deepEqual(await list({ application, ...range }), added.slice(1, 4).map(summaryOf));
      assert.deepEqual(await list({ application, fromMs: FAR_MS, untilMs: FAR_MS }), []);
      const after = { dueMs: FAR_MS, eventId: 'event-0000' };
      assert.deepEqual(
        await list({ application, ...range, after }),
        added.slice(1, 4).map(summaryOf),
      );
    });

    check('by status; DELETED ones are never listed', async () => {
      const application = freshApplication();
      const states = await makeAllStates(kit, application);
      const shown = states.filter(({ state }) => state.status !== 'DELETED').map(summaryOf);
      assert.deepEqual(await list({ application }), shown.sort(byPlace));
      for (const { state } of states) {
        const { status } = state;
        const wanted = shown.filter((summary) => summary.state.status === status);
        assert.deepEqual(await list({ application, statuses: [status] }), wanted, status);
        assert.deepEqual(await list({ application, statuses: [status], limit: 1 }), wanted);
      }
      const wanted = shown.filter(({ state }) => ['PENDING', 'FAILED'].includes(state.status));
      assert.deepEqual(await list({ application, statuses: ['FAILED', 'PENDING'] }), wanted);
    });

    check('a moved entry is listed once, at its new place', async () => {
      const application = freshApplication();
      const added: TimedEvent[] = [];
      for (const key of keysOf(application, 3)) added.push(await kit.add(key));
      const [first] = added;
      assert.ok(first);
      const later = await kit.write(first, rescheduled(first, FAR_MS + 40 * DAY_MS, moment()));
      const rest = added.slice(1).map(summaryOf);
      assert.deepEqual(await list({ application }), [...rest, summaryOf(later)]);
      const anew = scheduledAnew(later, newPlan({ dueMs: FAR_MS - DAY_MS }), newUuid(), moment());
      await kit.write(later, anew);
      assert.deepEqual(await list({ application, limit: 1 }), [summaryOf(anew), ...rest]);
    });

    check('applications do not see each other', async () => {
      const application = freshApplication();
      const others = [`${application}x`, application.slice(0, -1), application.toUpperCase()];
      const own = await kit.add({ application, eventId: 'e' });
      for (const other of others) await kit.add({ application: other, eventId: 'e' });
      assert.deepEqual(await list({ application }), [summaryOf(own)]);
    });
  });
}

async function makeAllStates(kit: TimedKit, application: string): Promise<TimedEvent[]> {
  const states: TimedEvent[] = [];
  const call = { startedMs: 1, durationMs: 2, chance: 0 };
  const status = (code: number) => {
    return { kind: 'answered', status: code, body: '', retryAfterMs: undefined } as const;
  };
  const lateness = { maxMs: 0, action: 'skip' } as const;
  for (const [index, key] of keysOf(application, 14).entries()) {
    const kind = index % 7;
    const added = await kit.add(key, { dueMs: FAR_MS + (index % 5), lateness });
    if (kind === 0) states.push(added);
    if (kind === 1) states.push(await kit.write(added, deleted(added, moment())));
    if (kind === 6) {
      const late = claimed(added, claimOf(newUuid()), moment(FAR_MS + 5));
      states.push(await kit.write(added, late));
    }
    if (kind < 2 || kind === 6) continue;
    const taken = await kit.write(added, claimed(added, claimOf(newUuid()), moment()));
    if (kind === 2) states.push(taken);
    if (kind === 3) states.push(await kit.write(taken, cancelled(taken, moment())));
    if (kind < 4) continue;
    const result = status(kind === 4 ? 200 : 404);
    states.push(await kit.write(taken, attempted(taken, { ...call, result }, moment())));
  }
  return states;
}

function byPlace(left: TimedEventSummary, right: TimedEventSummary): number {
  const [leftId, rightId] = [Buffer.from(left.key.eventId), Buffer.from(right.key.eventId)];
  return left.dueMs - right.dueMs || Buffer.compare(leftId, rightId);
}
