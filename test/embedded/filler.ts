/*
 * Appends to one stream until ten appends in a row have been refused, and says how many events
 * were acknowledged. With a number: checks that the stream has just so many, and appends again.
 * Arguments: data folder, [number of events].
 */
import assert from 'node:assert/strict';
import { ANY_VERSION, requireUuid, type NewEvent } from '../../src/core/index.js';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents, systemIds } from '../../src/runtime/index.js';
import type { AppendOutcome } from '../../src/storage/index.js';
import { pick, stream, TYPES } from './workload.js';

const REFUSALS = 10;

const [dataDir = '', expected] = process.argv.slice(2);
const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
const { eventLog } = backend;
const filled = stream('filled');

async function appendOne(): Promise<AppendOutcome> {
  const event: NewEvent = {
    eventId: requireUuid(systemIds.newId()),
    type: pick(TYPES, { next: () => 0 }),
    content: { kind: 'bytes', bytes: new Uint8Array(50_000) },
    contentType: undefined,
    metadata: undefined,
  };
  const { signal } = new AbortController();
  const appends = [{ expected: ANY_VERSION, events: [event], freshIds: true }];
  const [outcome] = await eventLog.append({ stream: filled, appends, signal });
  assert.ok(outcome !== undefined);
  return outcome;
}

async function fill(): Promise<void> {
  let acknowledged = 0;
  for (let refused = 0; refused < REFUSALS; ) {
    const outcome = await appendOne();
    if (outcome.kind === 'appended') {
      acknowledged = outcome.lastVersion;
      refused = 0;
    } else {
      assert.equal(outcome.kind, 'unavailable');
      refused += 1;
    }
  }
  assert.equal(await eventLog.currentVersion(filled.id), acknowledged);
  assert.equal(backend.health().kind, 'ready');
  process.stdout.write(`acknowledged ${acknowledged}\nrefused ${REFUSALS}\n`);
}

if (expected === undefined) {
  await fill();
} else {
  assert.equal(await eventLog.currentVersion(filled.id), Number(expected));
  const query = { stream: filled.id, fromVersion: undefined, limit: undefined } as const;
  let events = 0;
  for await (const chunk of eventLog.readStream({ ...query, direction: 'forward' })) {
    events += chunk.length;
  }
  assert.equal(events, Number(expected));
  assert.equal((await appendOne()).kind, 'appended');
}
await backend.close();
