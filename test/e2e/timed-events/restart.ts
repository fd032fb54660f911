import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startStore } from '../program.js';
import type { StorageUnderTest } from '../storages.js';
import { doubledAttempts } from './arrival.js';
import { startFleet } from './fleet.js';
import { SchedulerCalls } from './scheduler-calls.js';

const CALLS = 20;
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** What a program that is stopped, or dies, leaves to the next one. */
export function exerciseRestart(storage: StorageUnderTest): void {
  describe(`restart on ${storage.name}`, () => {
    test('SIGTERM: calls under way end, what is due fires after the next start', async (t) => {
      const { calls, receiver, server, env } = await startFleet(t, storage, 0);
      const url = receiver.url('/slow/1500');
      const underWay = names('under-way', CALLS);
      await calls.addBatch(underWay.map((eventId) => ({ eventId, dueMs: Date.now(), url })));
      const waiting = names('waiting', CALLS);
      const dueMs = Date.now() + 1_000;
      await calls.addBatch(waiting.map((eventId) => ({ eventId, dueMs: dueMs + 1_500, url })));
      await receiver.all(new Set(underWay));
      assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
      const fired = receiver.countOf(waiting);

      const next = await startStore(t, env);
      const after = new SchedulerCalls(next.httpPort);
      await receiver.all(new Set(waiting));
      for (const eventId of [...underWay, ...waiting]) await after.settled(eventId, 'COMPLETED');
      assert.ok(fired < waiting.length, 'the start had something left to fire');
      assert.equal(receiver.arrivals.length, 2 * CALLS, 'each once');
      for (const eventId of underWay) {
        assert.equal((await after.attempts(eventId))[0]?.httpStatus, 200, 'its answer was read');
      }
      assert.deepEqual(await next.program.stop('SIGTERM'), { code: 0, signal: null });
    });

    test('kill -9 after the adds: everything acknowledged fires', async (t) => {
      const { calls, receiver, server, env } = await startFleet(t, storage, 0);
      const dueMs = Date.now() + 1_000;
      const url = receiver.url('/ok');
      const acknowledged = new Set<string>();
      // each writer goes on until the server is gone, so that its death falls between their adds
      const writing = names('writer', 16).map(async (writer) => {
        for (let index = 0; ; index += 1) {
          const eventId = `${writer}-${index}`;
          await calls.add({ eventId, dueMs: dueMs + index * 20, url });
          acknowledged.add(eventId);
          if (acknowledged.size === 100) server.send('SIGKILL');
        }
      });
      await Promise.allSettled(writing);
      assert.equal((await server.exit()).signal, 'SIGKILL');
      t.diagnostic(`${acknowledged.size} acknowledged`);
      await startStore(t, env);
      await receiver.all(acknowledged);
      assert.deepEqual(doubledAttempts(receiver.arrivals), []);
    });
  });
}
