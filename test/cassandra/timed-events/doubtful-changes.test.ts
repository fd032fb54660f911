import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  claimed,
  DEFAULT_RETRY,
  deleted,
  requireUuid,
  scheduled,
  type Moment,
  type TimedEvent,
} from '../../../src/core/index.js';
import { seededRandom, systemClock, systemIds } from '../../../src/runtime/index.js';
import type { CqlSession } from '../../../src/backends/cassandra/index.js';
import type { ChangeOutcome } from '../../../src/storage/index.js';
import { FAULTS, FaultySession, type Fault } from '../faulty-session.js';
import { TimedServers } from './timed-servers.js';

const POLLER = requireUuid(systemIds.newId());
const ROUNDS = 60;

function moment(): Moment {
  return { nowMs: systemClock.nowMs(), change: requireUuid(systemIds.newId()) };
}

function newEvent(eventId: string): TimedEvent {
  const plan = {
    dueMs: systemClock.nowMs() + 3_600_000,
    payload: new TextEncoder().encode('{}'),
    target: { kind: 'http', url: 'http://receiver/', method: 'POST', headers: [] },
    retry: DEFAULT_RETRY,
    timeoutMs: 1_000,
    retentionMs: 60_000,
  } as const;
  const key = { application: 'doubt', eventId };
  return scheduled(key, plan, requireUuid(systemIds.newId()), moment());
}

test('a change whose answer is lost ends definite, and is stored once', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  try {
    let fault: Fault | undefined;
    const faulty: FaultySession[] = [];
    const { timedEvents } = await servers.timedEvents(0, (session: CqlSession) => {
      faulty.push(new FaultySession(session, () => take()));
      return faulty[0] ?? session;
    });
    const take = (): Fault | undefined => {
      const next = fault;
      fault = undefined;
      return next;
    };
    const change = (from: TimedEvent | undefined, to: TimedEvent): Promise<ChangeOutcome> =>
      timedEvents.change({ from, to }, AbortSignal.timeout(20_000));
    for (const kind of FAULTS) {
      const added = newEvent(kind);
      fault = kind;
      const outcome = await change(undefined, added);
      // nothing has left: the caller is told so, and may try again
      if (kind === 'not-sent') {
        assert.equal(outcome.kind, 'unavailable', kind);
        assert.deepEqual(await change(undefined, added), { kind: 'changed' });
      } else {
        assert.deepEqual(outcome, { kind: 'changed' }, kind);
      }
      const claim = { poller: POLLER, epoch: 1, claimedMs: systemClock.nowMs() };
      const processing = claimed(added, claim, moment()) ?? assert.fail();
      fault = kind;
      const second = await change(added, processing);
      if (kind === 'not-sent') assert.equal(second.kind, 'unavailable');
      else assert.deepEqual(second, { kind: 'changed' }, kind);
      await faulty[0]?.settled();
      const stands = kind === 'not-sent' ? added : processing;
      assert.deepEqual(await timedEvents.find(added.key), stands, kind);
      assert.equal(faulty[0]?.fired.get(kind), 2, `${kind} has fired`);
    }
  } finally {
    await servers.close();
  }
});

test('two servers in doubt about one entry: exactly one step of each pair is stored', async (context) => {
  const servers = await TimedServers.open();
  if ('skip' in servers) return context.skip(servers.skip);
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Math.floor(Math.random() * 1e9));
  context.diagnostic(`CASSADRA_TEST_SEED=${seed}`);
  const random = seededRandom(seed);
  const drawn = (): Fault | undefined =>
    random.next() < 0.4 ? FAULTS[Math.floor(random.next() * FAULTS.length)] : undefined;
  try {
    const sessions: FaultySession[] = [];
    const decorate = (session: CqlSession): CqlSession => {
      const faulty = new FaultySession(session, drawn);
      sessions.push(faulty);
      return faulty;
    };
    const { timedEvents: left } = await servers.timedEvents(0, decorate);
    const { timedEvents: right } = await servers.timedEvents(0, decorate);
    let unavailable = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const added = newEvent(`pair ${round}`);
      const signal = AbortSignal.timeout(20_000);
      if ((await left.change({ from: undefined, to: added }, signal)).kind !== 'changed') continue;
      const claim = { poller: POLLER, epoch: 1, claimedMs: systemClock.nowMs() };
      const steps = [claimed(added, claim, moment()), deleted(added, moment())];
      const [one, other] = steps;
      assert.ok(one !== undefined && other !== undefined);
      const outcomes = await Promise.all([
        left.change({ from: added, to: one }, signal),
        right.change({ from: added, to: other }, signal),
      ]);
      await Promise.all(sessions.map((session) => session.settled()));
      const found = await left.find(added.key);
      const kinds = outcomes.map(({ kind }) => kind);
      unavailable += kinds.filter((kind) => kind === 'unavailable').length;
      assert.ok(!kinds.includes('unknown'), `round ${round}: ${kinds.join()}`);
      const changed = kinds.filter((kind) => kind === 'changed').length;
      assert.ok(changed <= 1, `round ${round}: both say that they were stored`);
      const stored = kinds[0] === 'changed' ? one : kinds[1] === 'changed' ? other : added;
      assert.deepEqual(found, stored, `round ${round}: ${kinds.join()}`);
    }
    const fired = FAULTS.map((kind) => {
      const count = sessions.reduce((sum, session) => sum + (session.fired.get(kind) ?? 0), 0);
      assert.ok(count > 0, `${kind} has never fired`);
      return `${kind} ${count}`;
    });
    context.diagnostic(`${ROUNDS} rounds; ${fired.join(', ')}; unavailable ${unavailable}`);
  } finally {
    await servers.close();
  }
});
