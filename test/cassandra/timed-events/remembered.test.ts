import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { drainKeys } from '../../conformance/timed-events/drain.js';
import {
  freshApplication,
  newEntry,
  newUuid,
  writeIn,
} from '../../conformance/timed-events/kit.js';
import { TimedServers } from './timed-servers.js';

const servers = await TimedServers.open();
const skip = 'skip' in servers ? servers.skip : false;

describe('entries that this process wrote', { skip }, () => {
  if ('skip' in servers) return;
  after(() => servers.close());

  test('are remembered by it, and by nobody else', async () => {
    const writer = await servers.timedEvents(0);
    const other = await servers.timedEvents(0);
    for (const { timedEvents } of [writer, other]) {
      const key = { application: freshApplication(), eventId: 'a' };
      const entry = newEntry(key, { dueMs: Date.now() + 1_000 });
      await writeIn(writer.timedEvents, undefined, entry);
      const queue = await timedEvents.openQueue(newUuid());
      const [taken] = await drainKeys(queue, [key], { aheadMs: 5_000 });
      await queue.close();
      const remembered = taken?.entry.remembered?.();
      assert.equal(remembered, timedEvents === writer.timedEvents ? entry : undefined);
    }
  });
});
