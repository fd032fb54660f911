import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { ANY_VERSION, callCancelled } from '../../src/core/index.js';
import type { EventStore } from '../../src/service/index.js';
import { Follower } from '../support/follower.js';
import { NEVER, startMetered } from './metered-server.js';

const OPEN = 'cassadra_subscriptions_open';
const BEHIND = 'cassadra_subscriptions_behind';
const LAG = 'cassadra_subscription_lag_seconds';

async function append(eventStore: EventStore): Promise<void> {
  const events = [{ type: 'Placed', content: { kind: 'text', text: 'x' } as const }];
  await eventStore.append({ stream: 'order-1', expected: ANY_VERSION, events }, NEVER);
}

test('subscribers that follow, that do not take, and that have gone', async (t) => {
  const server = await startMetered(t, {
    open: (components) => openMemory(DEFAULT_MEMORY_SETTINGS, components),
  });
  const { eventStore } = server;
  const ending = new AbortController();
  const query = {
    source: { kind: 'types', types: ['Placed'] },
    start: { kind: 'start' },
    filter: { types: [], streamPrefix: '', metadata: new Map<string, string>() },
    eager: false,
  } as const;
  const follower = new Follower(eventStore.subscribe(query, ending.signal));
  assert.equal((await follower.take())?.kind, 'caught-up');
  const waiting = follower.take();
  const idle = await server.scrape();
  assert.equal(idle.value(OPEN), 1);
  assert.equal(idle.value(BEHIND), 0);
  assert.equal(idle.value(LAG), 0);

  await append(eventStore);
  assert.equal((await waiting)?.kind, 'events');
  const seen = await server.scrape();
  assert.equal(seen.value('cassadra_event_delivery_seconds_count'), 1);
  // it has been handed the event and has not come back for the next one
  assert.equal(seen.value(BEHIND), 1);
  const growing = await server.until('lag grows', (now) => (now.value(LAG) ?? 0) > 0.05);
  assert.equal(growing.value(OPEN), 1);

  const next = follower.take();
  await server.until('it has taken all', (now) => now.value(BEHIND) === 0 && now.value(LAG) === 0);
  await append(eventStore);
  await next;
  assert.equal((await server.scrape()).value(BEHIND), 1);
  ending.abort(callCancelled());
  const gone = await server.scrape();
  assert.equal(gone.value(OPEN), 0);
  assert.equal(gone.value(BEHIND), 0);
});
