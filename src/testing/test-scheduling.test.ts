import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testStore } from './index.js';

const DAY_MS = 86_400_000;
const HTTP = { url: 'http://example.test/', data: { n: 1 } };

test('runs of a schedule are made as the clock of the test goes', async () => {
  const store = testStore();
  const request = { application: 'shop', scheduleId: 'report', cron: '30 2 * * *', http: HTTP };
  await store.schedules.create(request);
  await store.clock.advance(2 * DAY_MS);
  assert.deepEqual(
    store.calls.map(({ atMs }) => new Date(atMs).toISOString()),
    ['2030-01-01T02:30:00.000Z', '2030-01-02T02:30:00.000Z'],
  );
  assert.deepEqual(store.calls[0]?.json, HTTP.data);
  await store.schedules.pause('shop', 'report');
  await store.clock.advance(DAY_MS);
  assert.equal(store.calls.length, 2);
  const state = await store.schedules.get('shop', 'report');
  assert.deepEqual([state?.made, state?.skipped], [2, { paused: 1 }]);
  await store.schedules.trigger('shop', 'report');
  await store.clock.advance(1_000);
  assert.equal(store.calls.length, 3, 'a pause does not hold for a trigger');
});

test('what an application may do is set in a test, too', async () => {
  const store = testStore();
  await store.applications.pause('shop');
  const due = { inMs: 1_000 };
  await store.timers.schedule({ application: 'shop', eventId: '1', due, http: HTTP });
  await store.clock.advance(60_000);
  assert.equal(store.calls.length, 0);
  await store.applications.resume('shop');
  await store.clock.advance(60_000);
  assert.equal(store.calls.length, 1);
});

test('failed ones are replayed in a test, too', async () => {
  let status = 404;
  const store = testStore({ onCall: () => ({ status }) });
  for (const eventId of ['1', '2', '3']) {
    await store.timers.schedule({ application: 'shop', eventId, due: { inMs: 0 }, http: HTTP });
  }
  await store.clock.advance(1_000);
  status = 200;
  const { sweepId } = await store.timers.replayFailed({ httpStatuses: [404] });
  await store.clock.advance(60_000);
  const sweep = await store.timers.sweep(sweepId);
  assert.deepEqual([sweep?.state, sweep?.changed], ['done', 3]);
  assert.equal(store.calls.length, 6);
});

test('secrets of keys are the same in every run of a test', async () => {
  const secretOf = async (): Promise<string | undefined> => {
    const created = await testStore().applications.createSigningKey('shop', { keyId: 'k' });
    return created.secret;
  };
  const secret = await secretOf();
  assert.match(secret ?? '', /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(await secretOf(), secret);
});
