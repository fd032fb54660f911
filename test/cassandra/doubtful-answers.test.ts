import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANY_VERSION, exactVersion, NO_STREAM } from '../../src/core/index.js';
import { appendOne, load, newStream, textEvent } from './events.js';
import { openFaulty, type FaultyServer } from './faulty-server.js';
import type { Fault } from './faulty-session.js';
import { createKeyspace, freshKeyspace, settingsForTests } from './open-for-tests.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;

describe('answers to doubtful writes', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let pending: Fault[] = [];
  let faulty: FaultyServer;

  before(async () => {
    await createKeyspace(settings);
    faulty = await openFaulty(settings, () => pending.shift());
  });
  after(async () => {
    await faulty.backend.close();
  });

  for (const freshIds of [true, false]) {
    const ids = freshIds ? 'new' : 'given';
    test(`what a lagging replica shows decides nothing, with ${ids} ids`, async () => {
      const { backend, session } = faulty;
      const stream = newStream();
      const events = [textEvent(1, 'a'), textEvent(1, 'b')];
      pending = ['answer-lost'];
      session.plainReadsLag = true;
      const append = { expected: NO_STREAM, events, freshIds };
      const outcome = await appendOne(backend.eventLog, stream, append);
      const other = { expected: NO_STREAM, events: [textEvent(1, 'c')] };
      const refused = await appendOne(backend.eventLog, stream, other);
      const retry = await appendOne(backend.eventLog, stream, { events });
      session.plainReadsLag = false;
      assert.equal(outcome.kind, 'appended', 'the write stands: it was read plainly');
      assert.deepEqual(refused, { kind: 'conflict', currentVersion: 2 });
      assert.equal(retry.kind, 'duplicate');
      assert.equal((await load(backend.eventLog, stream.id)).length, 2);
    });
  }

  test('no conflict is told with a write that never happened', async () => {
    const { backend, session } = faulty;
    const stream = newStream();
    await appendOne(backend.eventLog, stream, { events: [textEvent(1, 'first')] });
    const any = { expected: ANY_VERSION, events: [textEvent(1, 'lost')], freshIds: true };
    const next = { expected: exactVersion(1), events: [textEvent(1, 'next')], freshIds: true };
    pending = Array.from({ length: 10_000 }, () => 'lost');
    const giveUp = new AbortController();
    const request = { stream, appends: [any, next], signal: giveUp.signal };
    const answer = backend.eventLog.append(request);
    while (pending.length > 9_998) await new Promise((resolve) => setImmediate(resolve));
    giveUp.abort();
    const outcomes = (await answer).map(({ kind }) => kind);
    pending = [];
    await session.settled();
    assert.deepEqual(outcomes, ['unknown', 'unavailable'], 'a conflict with what is not there');
    const again = await appendOne(backend.eventLog, stream, next);
    assert.equal(again.kind, 'appended');
  });
});
