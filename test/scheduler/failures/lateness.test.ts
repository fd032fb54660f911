import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AppError, type LatenessPolicy } from '../../../src/core/index.js';
import { answer } from '../fake-dispatcher.js';
import { FAST_RETRY } from '../world.js';
import { FailureWorld } from './failure-world.js';

const KEY = { application: 'app', eventId: 'a' };
const skip: LatenessPolicy = { maxMs: 1_000, action: 'skip' };
const deadLetter: LatenessPolicy = { maxMs: 1_000, action: 'dead-letter' };

let world: FailureWorld;
beforeEach(() => {
  world = new FailureWorld();
});
afterEach(() => world.end());

describe('when it is looked at first', () => {
  const table: readonly [string, number, LatenessPolicy | undefined, string][] = [
    ['fire, an hour late', 3_600_000, undefined, 'COMPLETED'],
    ['skip, in time', 0, skip, 'COMPLETED'],
    ['skip, as late as it may be', 1_000, skip, 'COMPLETED'],
    ['skip, later', 1_001, skip, 'SKIPPED'],
    ['dead-letter, as late as it may be', 1_000, deadLetter, 'COMPLETED'],
    ['dead-letter, later', 1_001, deadLetter, 'FAILED'],
  ];
  for (const [name, lateMs, lateness, wanted] of table) {
    test(`${name}: ${wanted}`, async () => {
      await world.schedule('a', 500, { lateness });
      world.time.advance(500 + lateMs);
      world.process();
      await world.pass(20);
      assert.equal(world.status('a'), wanted);
      assert.equal(world.dispatcher.made.length, wanted === 'COMPLETED' ? 1 : 0);
    });
  }
});

test('a later attempt may be late', async () => {
  world.process();
  let calls = 0;
  world.dispatcher.receivers.set('receiver.test:1', async () => {
    calls += 1;
    return answer(calls === 1 ? 503 : 200);
  });
  await world.schedule('a', 0, { lateness: skip, retry: { ...FAST_RETRY, firstDelayMs: 5_000 } });
  await world.pass(5_500, 5);
  assert.equal(world.status('a'), 'COMPLETED');
});

test('a dead letter can be replayed: then it is on time', async () => {
  await world.schedule('a', 0, { lateness: deadLetter });
  world.time.advance(5_000);
  world.process();
  await world.pass(20);
  assert.equal(world.status('a'), 'FAILED');
  await world.sweeps.retryNow(KEY, world.signal);
  await world.pass(20);
  assert.equal(world.status('a'), 'COMPLETED');
});

test('what was given back, unsent, is judged at its next claim', async () => {
  world.process();
  world.dispatcher.receivers.set('receiver.test:1', async () => ({ kind: 'withdrawn' }));
  await world.schedule('a', 0, { lateness: skip });
  await world.pass(1_500);
  assert.equal(world.status('a'), 'SKIPPED');
  assert.equal(world.entry('a').attempts.length, 0);
});

test('it is part of the plan, and has limits', async () => {
  await world.schedule('a', 1_000, { lateness: skip });
  const same = world.command('a', 1_000, { lateness: { ...skip }, onExists: 'ok-if-same' });
  assert.equal((await world.scheduler.schedule(same, world.signal)).outcome, 'existed');
  for (const lateness of [undefined, deadLetter, { ...skip, maxMs: 1_001 }]) {
    const other = world.command('a', 1_000, { lateness, onExists: 'ok-if-same' });
    await assert.rejects(world.scheduler.schedule(other, world.signal), AppError);
  }
  for (const maxMs of [-1, 0.5, 3_650 * 86_400_000 + 1]) {
    const wrong = world.schedule('b', 0, { lateness: { maxMs, action: 'skip' } });
    await assert.rejects(wrong, (error) => {
      return error instanceof AppError && error.details['field'] === 'lateness.max_ms';
    });
  }
});
