import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import type { RecordedEvent, TypeCode } from '../../src/core/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { EventLog } from '../../src/storage/index.js';
import { runWriter } from './child.js';
import { readFeed, verifyStore } from './verify.js';
import { ownStreams, SHARED_STREAMS, TYPES } from './workload.js';

/** Polls as storegrpc's clients do, `since` = the savetime of the last event of the page. */
async function poll(
  eventLog: EventLog,
  types: readonly TypeCode[] | undefined,
  goesOn: () => boolean,
): Promise<RecordedEvent[]> {
  const seen: RecordedEvent[] = [];
  let since = 0;
  for (;;) {
    const wasRunning = goesOn();
    const query = {
      ...({ limit: 100, bytesMax: 3 * 1_048_576, boundary: 'millisecond' } as const),
      after: { kind: 'savetime', savetimeMs: since } as const,
    };
    const page = await (types ? eventLog.readByType({ ...query, types }) : eventLog.readAll(query));
    const { events, caughtUp } = page;
    seen.push(...events);
    since = events.at(-1)?.savetimeMs ?? since;
    if (caughtUp && !wasRunning) return seen;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('two processes write, a third polls: nothing is lost, doubled or half there', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-sharing-'));
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  const { eventLog } = backend;
  try {
    let running = 2;
    const runs = ['a', 'b'].map(async (lane, index) => {
      const run = await runWriter([dataDir, lane, `run-${lane}`, String(index), '12']);
      running -= 1;
      return run;
    });
    const selections = [undefined, TYPES.slice(1, 3), TYPES, ...TYPES.map((type) => [type])];
    const polls = selections.map((types) => poll(eventLog, types, () => running > 0));
    const ended = await Promise.all(runs);
    for (const { exitCode, errors } of ended) assert.equal(exitCode, 0, errors);
    const polled = await Promise.all(polls);
    const counts = await verifyStore({
      eventLog,
      streams: [...ownStreams('a'), ...ownStreams('b'), ...SHARED_STREAMS],
      types: TYPES,
      acknowledged: ended.flatMap(({ acknowledged }) => acknowledged),
    });
    for (const [index, types] of selections.entries()) {
      assert.deepEqual(polled[index], await readFeed(eventLog, types, 'event'));
    }
    assert.equal(counts.unanswered, 0);
    t.diagnostic(`${counts.batches} appends of ${counts.events} events by two processes`);
  } finally {
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
