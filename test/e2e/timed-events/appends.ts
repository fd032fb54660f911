import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { startPoller } from '../program.js';
import type { StorageUnderTest } from '../storages.js';
import { startFleet } from './fleet.js';

const EVENTS = 200;
const STREAMS = 20;
const TYPE = 7;

interface Found {
  readonly events: readonly { readonly payload: string; readonly type: number }[];
}

/** The events of a stream, by the seed's route. */
async function eventsOf(httpPort: number, stream: string): Promise<Found['events']> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/api/v1/events/${stream}`);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as Found).events;
}

/** Events that are appended to streams at a time, through running programs. */
export function exerciseAppends(storage: StorageUnderTest): void {
  describe(`appends on ${storage.name}`, () => {
    test('the server appends at the due time, and a conflict fails', async (t) => {
      const { calls, httpPort, server } = await startFleet(t, storage, 0);
      const stream = randomUUID().toUpperCase();
      const append = { stream, typeCode: TYPE, expectedState: 'EXPECTED_STATE_NO_STREAM' };
      const dueMs = Date.now() + 300;
      await calls.add({ eventId: 'first', dueMs, append });
      await calls.settled('first', 'COMPLETED');
      const [attempt] = await calls.attempts('first');
      assert.ok(Number(attempt?.startedMs) >= dueMs, 'not early');
      assert.match(attempt?.body ?? '', /^{"firstVersion":1,"lastVersion":1,/);
      await calls.add({ eventId: 'second', dueMs, append });
      const { failureReason } = await calls.settled('second', 'FAILED');
      assert.equal(failureReason, 'the event store answered 409');
      const events = await eventsOf(httpPort, stream);
      assert.deepEqual(
        events.map(({ payload, type }) => [payload, type]),
        [['{"eventId":"first"}', TYPE]],
      );
      assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
    });

    test('pollers that are killed and started again: each event once', async (t) => {
      const { calls, httpPort, pollers, env } = await startFleet(t, storage, 2);
      const streams = Array.from({ length: STREAMS }, () => randomUUID());
      const dueMs = Date.now() + 1_500;
      const wishes = Array.from({ length: EVENTS }, (_, index) => ({
        eventId: `e-${index}`,
        dueMs: dueMs + index * 10,
        append: { stream: streams[index % STREAMS] ?? '', typeCode: TYPE },
      }));
      for (let from = 0; from < EVENTS; from += 100) {
        await calls.addBatch(wishes.slice(from, from + 100));
      }
      const [first, second] = pollers;
      assert.ok(first && second);
      await calls.settled('e-20', 'COMPLETED');
      await first.stop('SIGKILL');
      const third = await startPoller(t, env);
      await calls.settled('e-100', 'COMPLETED');
      await second.stop('SIGTERM');
      for (const { eventId } of wishes) await calls.settled(eventId, 'COMPLETED');
      const payloads: string[] = [];
      for (const stream of streams) {
        for (const { payload } of await eventsOf(httpPort, stream)) payloads.push(payload);
      }
      assert.deepEqual(
        payloads.sort(),
        wishes.map(({ eventId }) => JSON.stringify({ eventId })).sort(),
      );
      assert.deepEqual(await third.stop('SIGTERM'), { code: 0, signal: null });
    });
  });
}
