import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import {
  ANY_VERSION,
  exactVersion,
  requireUuid,
  type ExpectedVersion,
} from '../../src/core/index.js';
import type { AppendCommand, EventStore } from '../../src/service/index.js';
import type { Backend, EventLog } from '../../src/storage/index.js';
import { overriding } from '../support/overriding.js';
import { NEVER, startMetered, type MeteredServer } from './metered-server.js';

const APPENDS = 'cassadra_appends_total';

function commandOf(
  stream: string,
  expected: ExpectedVersion,
  events: readonly string[],
): AppendCommand {
  return {
    stream,
    expected,
    events: events.map((text) => ({
      eventId: requireUuid(randomUUID()),
      type: 'Placed',
      content: { kind: 'text', text },
    })),
  };
}

/** A memory store whose appends a test holds back, or answers as it likes. */
class HeldAppends {
  before: () => Promise<unknown> = () => Promise.resolve();
  append: EventLog['append'] | undefined;

  over(backend: Backend): Backend {
    const { eventLog } = backend;
    const append: EventLog['append'] = async (request) => {
      await this.before();
      return (this.append ?? ((asked) => eventLog.append(asked)))(request);
    };
    return overriding(backend, { eventLog: overriding(eventLog, { append }) });
  }
}

async function refused(eventStore: EventStore, command: AppendCommand): Promise<void> {
  await assert.rejects(eventStore.append(command, NEVER));
}

async function countOf(server: MeteredServer, outcome: string): Promise<number | undefined> {
  return (await server.scrape()).value(APPENDS, { outcome });
}

test('appends are counted by what became of them', async (t) => {
  const held = new HeldAppends();
  const server = await startMetered(t, {
    open: (components) => held.over(openMemory(DEFAULT_MEMORY_SETTINGS, components)),
  });
  const { eventStore } = server;
  const command = commandOf('order-1', exactVersion(0), ['abc', 'de']);
  await eventStore.append(command, NEVER);
  await eventStore.append(command, NEVER);
  await refused(eventStore, commandOf('order-1', exactVersion(7), ['x']));
  const seen = await server.scrape();
  assert.equal(seen.value(APPENDS, { outcome: 'appended' }), 1);
  assert.equal(seen.value(APPENDS, { outcome: 'duplicate' }), 1);
  assert.equal(seen.value(APPENDS, { outcome: 'conflict' }), 1);
  assert.equal(seen.value('cassadra_appended_events_total'), 2);
  assert.ok((seen.value('cassadra_appended_bytes_total') ?? 0) >= 5);
  assert.equal(seen.value('cassadra_append_write_duration_seconds_count'), 3);

  held.append = ({ appends }) => Promise.resolve(appends.map(() => ({ kind: 'unknown' })));
  await refused(eventStore, commandOf('order-2', ANY_VERSION, ['x']));
  assert.equal(await countOf(server, 'unknown'), 1);
  held.append = () => Promise.reject(new Error('the storage is broken'));
  await refused(eventStore, commandOf('order-2', ANY_VERSION, ['x']));
  assert.equal(await countOf(server, 'unknown'), 2);
});

test('the queue shows what waits, how full it is, and what was written together', async (t) => {
  const held = new HeldAppends();
  const server = await startMetered(t, {
    open: (components) => held.over(openMemory(DEFAULT_MEMORY_SETTINGS, components)),
    queueLimits: { processAppendsMax: 4 },
  });
  const { eventStore } = server;
  await eventStore.append(commandOf('order-1', ANY_VERSION, ['first']), NEVER);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  held.before = () => released;
  const waiting = ['a', 'b', 'c', 'd'].map((text) =>
    eventStore.append(commandOf('order-1', ANY_VERSION, [text]), NEVER),
  );
  await server.until('four wait', (seen) => seen.value('cassadra_append_queue_appends') === 4);
  await refused(eventStore, commandOf('order-1', ANY_VERSION, ['one too many']));
  const full = await server.scrape();
  assert.equal(full.value('cassadra_append_queue_fill_ratio'), 1);
  assert.ok((full.value('cassadra_append_queue_bytes') ?? 0) > 0);
  assert.equal(full.value(APPENDS, { outcome: 'queue_full' }), 1);
  release();
  await Promise.all(waiting);
  const empty = await server.scrape();
  assert.equal(empty.value('cassadra_append_queue_appends'), 0);
  assert.equal(empty.value('cassadra_append_queue_fill_ratio'), 0);
  const together = 'cassadra_append_write_appends';
  assert.equal(empty.value(`${together}_count`), 3, 'the first, the held one, and the rest');
  assert.equal(empty.value(`${together}_sum`), 5);
});
