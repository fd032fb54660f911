import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectBy, systemTime, type Channel } from '../../src/client/index.js';
import { NOW_MS, serveScheduler } from '../wire/scheduler-under-test.js';
import { ScriptedChannel } from './scripted-channel.js';
import { clientFor, listOf } from './store-for-clients.js';

const HTTP = { url: 'http://localhost/x', method: 'PUT', headers: { 'X-A': 'b' } } as const;

test('timed events are scheduled, shown, listed, moved and stopped', async (t) => {
  const server = await serveScheduler();
  t.after(() => server.stop());
  const { timers } = clientFor(t, `127.0.0.1:${server.grpcPort}`);
  const due = NOW_MS + 60_000;
  const call = { application: 'a', eventId: '1', due, http: { ...HTTP, json: '{"n": 1 }' } };
  const { outcome, timedEvent } = await timers.schedule({ ...call, retry: { attempts: 3 } });
  assert.deepEqual([outcome, timedEvent.status, timedEvent.dueMs], ['scheduled', 'pending', due]);
  await assert.rejects(timers.schedule(call), { reason: 'TIMED_EVENT_EXISTS' });
  const append = {
    stream: 's',
    type: 'TimedOut',
    metadata: { causationId: 'x' },
    expected: 3,
  };
  const request = {
    application: 'a',
    eventId: '2',
    due: new Date(due),
    append: { ...append, data: { order: 1 } },
  };
  await timers.schedule(request);
  const again = await timers.schedule({ ...request, onExists: 'ok-if-same' });
  assert.equal(again.outcome, 'existed');

  const first = await timers.get('a', '1');
  const headers = [
    ['X-A', 'b'],
    ['content-type', 'application/json'],
  ];
  assert.deepEqual(first?.http, { url: HTTP.url, method: 'PUT', headers });
  assert.deepEqual(
    [first?.json, first?.append, first?.retry?.attempts],
    ['{"n": 1 }', undefined, 3],
  );
  const second = await timers.get('a', '2');
  assert.equal(second?.json, '{"order":1}');
  assert.deepEqual(second?.append, { ...append, contentType: second?.append?.contentType });
  assert.equal(await timers.get('a', '3'), undefined);

  const listed = await listOf(timers.list('a', { statuses: ['pending'], dueUntilMs: due + 1 }));
  assert.deepEqual(
    listed.map(({ eventId }) => eventId),
    ['1', '2'],
  );
  assert.deepEqual(await listOf(timers.attempts('a', '1')), []);
  assert.equal(await timers.reschedule('a', '1', due + 5), 'done');
  assert.equal((await timers.get('a', '1'))?.dueMs, due + 5);
  assert.equal(await timers.cancel('a', '1'), 'done');
  await assert.rejects(timers.cancel('a', '1'), { reason: 'NOT_FOUND' });
});

test('many are scheduled at once, each for itself', async (t) => {
  const server = await serveScheduler();
  t.after(() => server.stop());
  const { timers } = clientFor(t, `127.0.0.1:${server.grpcPort}`);
  const requests = Array.from({ length: 205 }, (_, index) => {
    const eventId = String(index === 200 ? 7 : index);
    return { application: 'a', eventId, due: NOW_MS + index, http: HTTP };
  });
  const results = await timers.scheduleMany(requests);
  assert.equal(results.length, 205);
  const failed = results.flatMap(({ error }, index) => (error ? [[index, error.reason]] : []));
  assert.deepEqual(failed, [[200, 'TIMED_EVENT_EXISTS']]);
  assert.equal((await listOf(timers.list('a'))).length, 204);
});

test('a timed event that makes no sense is refused before it is sent', async () => {
  const { timers } = connectBy(silent());
  const call = { application: 'a', eventId: '1', due: NOW_MS, http: HTTP };
  const wrong: [Parameters<typeof timers.schedule>[0], RegExp][] = [
    [{ ...call, append: { stream: 's', type: 'T' } }, /^target is not one of/],
    [{ application: 'a', eventId: '1', due: NOW_MS }, /^target is not one of/],
    [{ ...call, due: new Date('x') }, /^due is not a whole number/],
    [{ ...call, due: { inMs: 0.5 } }, /^due\.inMs is not a whole number/],
    [{ ...call, http: { ...HTTP, data: 1n } }, /^http\.data cannot be written/],
    [{ ...call, http: { ...HTTP, data: 1, json: '1' } }, /more than one of/],
    [{ ...call, retry: { firstDelayMs: 1.5 } }, /^retry\.firstDelayMs/],
  ];
  for (const [request, message] of wrong) {
    await assert.rejects(timers.schedule(request), { message });
  }
});

test('a time from now is counted once, before the first try', async () => {
  let nowMs = NOW_MS;
  const time = { ...systemTime, nowMs: () => (nowMs += 1_000), sleep: async () => undefined };
  const channel = silent();
  const { timers } = connectBy(channel, { time, retry: { forMs: 50 } });
  const request = { application: 'a', eventId: '1', due: { inMs: 5 }, http: HTTP };
  await assert.rejects(timers.schedule(request));
  assert.equal(nowMs, NOW_MS + 1_000);
});

function silent(): Channel & ScriptedChannel {
  return new ScriptedChannel();
}
