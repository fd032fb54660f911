import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { types } from 'cassandra-driver';
import {
  DEFAULT_RETRY,
  purged,
  refused,
  replayed,
  requireUuid,
  scheduled,
  type Moment,
  type TimedEvent,
} from '../../../src/core/index.js';
import { systemClock, systemIds } from '../../../src/runtime/index.js';
import type { CqlSession } from '../../../src/backends/cassandra/index.js';
import type { ChangeOutcome, TimedEvents } from '../../../src/storage/index.js';
import { FAULTS, FaultySession, type Fault } from '../faulty-session.js';
import { TimedServers, until } from './timed-servers.js';

const APPLICATION = 'replays';
const CHANGED: ChangeOutcome = { kind: 'changed' };

function moment(): Moment {
  return { nowMs: systemClock.nowMs(), change: requireUuid(systemIds.newId()) };
}

function newEvent(eventId: string, retentionMs: number): TimedEvent {
  const plan = {
    dueMs: systemClock.nowMs() + 3_600_000,
    payload: new TextEncoder().encode('{}'),
    target: { kind: 'http', url: 'http://receiver/', method: 'POST', headers: [] },
    retry: DEFAULT_RETRY,
    timeoutMs: 1_000,
    retentionMs,
  } as const;
  const key = { application: APPLICATION, eventId };
  return scheduled(key, plan, requireUuid(systemIds.newId()), moment());
}

function change(port: TimedEvents, from: TimedEvent | undefined, to: TimedEvent | undefined) {
  assert.ok(to);
  return port.change({ from, to }, AbortSignal.timeout(20_000));
}

async function addFailed(port: TimedEvents, eventId: string, keptMs = 60_000): Promise<TimedEvent> {
  const added = newEvent(eventId, keptMs);
  const failed = refused(added, 'disabled', moment()) ?? assert.fail();
  assert.deepEqual(await change(port, undefined, added), CHANGED);
  assert.deepEqual(await change(port, added, failed), CHANGED);
  return failed;
}

async function counts(port: TimedEvents, wanted: number): Promise<void> {
  let count = -1;
  await until(
    async () => (count = await port.countPending(APPLICATION)) === wanted,
    10_000,
    () => `${count} pending instead of ${wanted}`,
  );
}

async function withFaults(
  body: (port: TimedEvents, faulty: FaultySession, next: (fault: Fault) => void) => Promise<void>,
  servers: TimedServers,
): Promise<void> {
  let fault: Fault | undefined;
  const sessions: FaultySession[] = [];
  const decorate = (session: CqlSession): CqlSession => {
    const faulty = new FaultySession(session, () => {
      const taken = fault;
      fault = undefined;
      return taken;
    });
    sessions.push(faulty);
    return faulty;
  };
  const { timedEvents } = await servers.timedEvents(0, decorate);
  const [faulty] = sessions;
  assert.ok(faulty);
  await body(timedEvents, faulty, (next) => {
    fault = next;
  });
}

test('a replay whose answer is lost stands, whole and for good', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  const body = async (port: TimedEvents, faulty: FaultySession, next: (fault: Fault) => void) => {
    let pending = 0;
    for (const kind of FAULTS) {
      const failed = await addFailed(port, kind);
      next(kind);
      const again = replayed(failed, moment()) ?? assert.fail();
      const { kind: outcome } = await change(port, failed, again);
      await faulty.settled();
      assert.equal(faulty.fired.get(kind), 1, `${kind} has fired`);
      assert.equal(outcome, kind === 'not-sent' ? 'unavailable' : 'changed', kind);
      if (outcome === 'unavailable') {
        assert.deepEqual(await port.find(failed.key), failed);
        assert.deepEqual(await change(port, failed, again), CHANGED);
      }
      pending += 1;
      assert.deepEqual(await port.find(failed.key), again, kind);
      const columns = ['change', 'status', 'plan', 'payload', 'due', 'created', 'generation'];
      const ttls: types.ResultSet = await servers.raw.execute(
        `SELECT ${columns.map((column) => `TTL(${column})`).join(', ')} ` +
          `FROM ${servers.keyspace}.timed_events WHERE application = ? AND event_id = ?`,
        [APPLICATION, kind],
        { prepare: true },
      );
      const [row] = ttls.rows;
      assert.ok(row);
      for (const value of row.values()) {
        assert.equal(value, null, `${kind}: nothing of it expires`);
      }
      await counts(port, pending);
    }
  };
  try {
    await withFaults(body, servers);
  } finally {
    await servers.close();
  }
});

test('what was listed for a change that was not made counts no more', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  const body = async (port: TimedEvents, _: FaultySession, next: (fault: Fault) => void) => {
    const added = newEvent('not sent', 60_000);
    next('not-sent');
    assert.equal((await change(port, undefined, added)).kind, 'unavailable');
    assert.deepEqual(await change(port, undefined, added), CHANGED);
    // a second try of a caller who cannot know that the first was stored
    const second = newEvent('not sent', 60_000);
    const same = { ...second, plan: { ...second.plan, dueMs: added.plan.dueMs } };
    next('not-sent');
    assert.equal((await change(port, undefined, same)).kind, 'unavailable');
    await counts(port, 1);
    const failed = await addFailed(port, 'failed');
    const late = replayed(failed, moment());
    const again = replayed(failed, moment()) ?? assert.fail();
    assert.deepEqual(await change(port, failed, again), CHANGED);
    const over = refused(again, 'disabled', moment());
    assert.deepEqual(await change(port, again, over), CHANGED);
    assert.equal((await change(port, failed, late)).kind, 'differs');
    await counts(port, 1);
    const query = { application: APPLICATION, statuses: [], fromMs: 0, untilMs: 1e14 };
    const { events } = await port.list({ ...query, after: undefined, limit: 10 });
    assert.deepEqual(events.map(({ key, state }) => [key.eventId, state.status]).sort(), [
      ['failed', 'FAILED'],
      ['not sent', 'PENDING'],
    ]);
  };
  try {
    await withFaults(body, servers);
  } finally {
    await servers.close();
  }
});

test('a server that dies behind the list leaves a row that counts, until the add is repeated', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  let bury = (): void => undefined;
  const silence = new Promise<never>((_, reject) => {
    bury = () => reject(new Error('it is dead'));
  });
  silence.catch(() => undefined);
  try {
    let dead = false;
    const { timedEvents: dying } = await servers.timedEvents(0, (session) => ({
      read: (...args) => (dead ? silence : session.read(...args)),
      write: (...args) => (dead ? silence : session.write(...args)),
      conditional: () => {
        dead = true;
        return silence;
      },
    }));
    const { timedEvents: living } = await servers.timedEvents(0);
    const added = newEvent('half', 60_000);
    const outcome = await dying.change({ from: undefined, to: added }, AbortSignal.timeout(1_000));
    assert.equal(outcome.kind, 'unknown');
    await counts(living, 1);
    assert.equal(await living.find(added.key), undefined);
    assert.deepEqual(await change(living, undefined, added), CHANGED);
    await counts(living, 1);
    const failed = refused(added, 'disabled', moment());
    assert.deepEqual(await change(living, added, failed), CHANGED);
    assert.ok(failed);
    assert.deepEqual(await change(living, failed, purged(failed, moment())), CHANGED);
    await counts(living, 0);
  } finally {
    bury();
    await servers.close();
  }
});
