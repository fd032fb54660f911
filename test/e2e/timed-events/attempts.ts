import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StorageUnderTest } from '../storages.js';
import { startFleet } from './fleet.js';

/** What becomes of single events, through the running program. */
export function exerciseAttempts(storage: StorageUnderTest): void {
  describe(`attempts on ${storage.name}`, { concurrency: true }, () => {
    test('answers decide: again, failed, later, not followed', async (t) => {
      const { calls, receiver, server } = await startFleet(t, storage, 0);
      const paths = {
        again: '/answers/500,503,200',
        final: '/answers/404',
        exhausted: '/answers/500',
        busy: '/busy/2',
        redirect: '/redirect',
      };
      const retry = { attempts: 3, firstDelayMs: 200 };
      const dueMs = Date.now() + 200;
      await calls.addBatch(
        Object.entries(paths).map(([eventId, path]) => ({
          ...{ eventId, dueMs, url: receiver.url(path), retry },
        })),
      );
      await calls.settled('again', 'COMPLETED');
      const logged = await calls.attempts('again');
      assert.deepEqual(
        logged.map(({ number, httpStatus, body }) => [number, httpStatus, body]),
        [
          [1, 500, 'answer 1'],
          [2, 503, 'answer 2'],
          [3, 200, 'answer 3'],
        ],
      );
      await receiver.arrival('again', 3);
      const [first, second, third] = receiver.of('again');
      assert.ok(first && second && third);
      assert.ok(second.atMs - first.atMs >= 200, 'the first wait');
      assert.ok(third.atMs - second.atMs >= 400, 'twice as long');
      assert.equal(new Set(receiver.of('again').map(({ id }) => id)).size, 1);

      const final = await calls.settled('final', 'FAILED');
      assert.match(final.failureReason ?? '', /404/);
      await calls.settled('exhausted', 'FAILED');
      await receiver.arrival('exhausted', 3);
      assert.equal(receiver.of('exhausted').length, 3);
      const redirect = await calls.settled('redirect', 'FAILED');
      assert.match(redirect.failureReason ?? '', /302/);
      await receiver.arrival('redirect');
      assert.equal(receiver.of('redirect').length, 1);
      assert.equal(receiver.of('redirect')[0]?.path, '/redirect');

      await calls.settled('busy', 'COMPLETED');
      await receiver.arrival('busy', 2);
      const [refused, welcome] = receiver.of('busy');
      assert.ok(refused && welcome);
      assert.ok(welcome.atMs - refused.atMs >= 2_000, 'Retry-After is longer than the first wait');
      await receiver.arrival('final');
      assert.equal(receiver.of('final').length, 1);
      for (const { atMs } of receiver.arrivals) assert.ok(atMs >= dueMs, 'never early');
      assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
    });

    test('what is deleted in time never arrives; a cancel in flight ends it', async (t) => {
      const { calls, receiver } = await startFleet(t, storage, 0);
      const soonMs = Date.now() + 1_500;
      await calls.add({ eventId: 'deleted', dueMs: soonMs, url: receiver.url('/ok') });
      await calls.add({ eventId: 'witness', dueMs: soonMs + 500, url: receiver.url('/ok') });
      assert.equal(await calls.cancel('deleted'), 'DONE');
      assert.equal(await calls.find('deleted'), undefined);
      await calls.add({
        ...{ eventId: 'held', dueMs: Date.now(), url: receiver.url('/slow/1000') },
        retry: { attempts: 5, firstDelayMs: 50 },
      });
      await receiver.arrival('held');
      assert.equal(await calls.cancel('held'), 'IN_FLIGHT');
      await calls.settled('held', 'CANCELLED');
      assert.equal(await calls.cancel('held'), 'FINISHED');
      await receiver.arrival('witness');
      assert.deepEqual(receiver.of('deleted'), []);
      assert.equal(receiver.of('held').length, 1);
      assert.equal((await calls.find('held'))?.status, 'TIMED_EVENT_STATUS_CANCELLED');
    });

    test('an address that is not allowed fails at once, with a plain reason', async (t) => {
      const { calls, receiver } = await startFleet(t, storage, 0, { CALLBACK_ALLOW_CIDRS: '' });
      await calls.add({ eventId: 'inside', dueMs: Date.now(), url: receiver.url('/ok') });
      const { failureReason = '' } = await calls.settled('inside', 'FAILED');
      assert.match(failureReason, /address.*(not allowed|may not|forbidden|refused)/i);
      const logged = await calls.attempts('inside');
      assert.equal(logged.length, 1, 'it is not tried again');
      assert.equal(logged[0]?.outcome, 'ATTEMPT_OUTCOME_FAILED');
      assert.equal(logged[0]?.error, failureReason);
      assert.deepEqual(receiver.arrivals, []);
    });
  });
}
