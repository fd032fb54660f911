import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import {
  ANY_VERSION,
  requireUuid,
  type NewEvent,
  type PageBoundary,
} from '../../src/core/index.js';
import { silentLogger, systemComponents, systemIds } from '../../src/runtime/index.js';
import type { AppendOutcome, EventLog } from '../../src/storage/index.js';
import { diskOrSkip } from './mounted-disk.js';
import { verifyStore } from './verify.js';
import { payloadOf, stream, TYPES, WRITERS, type Acknowledged } from './workload.js';

const ROUNDS = process.env['CASSADRA_TEST_LONG'] === '1' ? 20 : 4;
/** Refusals in a row of each writer until the disk counts as full. */
const REFUSALS = 3;
const EVENTS = 20;
const STREAMS = Array.from({ length: WRITERS }, (_, writer) => stream(`full-${writer}`));

interface Tally {
  readonly acknowledged: Acknowledged[];
  refused: number;
  unknown: number;
}

function newEvents(batch: string): NewEvent[] {
  return Array.from({ length: EVENTS }, (_, index) => ({
    eventId: requireUuid(systemIds.newId()),
    type: TYPES[index % TYPES.length] ?? assert.fail(),
    content: { kind: 'text', text: payloadOf(batch, index, EVENTS) },
    contentType: undefined,
    metadata: undefined,
  }));
}

async function append(
  eventLog: EventLog,
  writer: number,
  batch: string,
): Promise<AppendOutcome | undefined> {
  const target = STREAMS[writer] ?? assert.fail();
  const appends = [{ expected: ANY_VERSION, events: newEvents(batch), freshIds: true }];
  const { signal } = new AbortController();
  const [outcome] = await eventLog.append({ stream: target, appends, signal });
  return outcome;
}

/** Appends until the disk has refused often enough, or `most` times. */
async function write(
  eventLog: EventLog,
  writer: number,
  { round, most, tally }: { round: string; most: number; tally: Tally },
): Promise<void> {
  let refusals = 0;
  for (let number = 0; number < most && refusals < REFUSALS; number += 1) {
    // not all in step: a group must fail while the next one stands behind it
    if (writer % 2 === 1) await sleep(writer % 7);
    const batch = `${round}/${writer}/${number}`;
    const outcome = await append(eventLog, writer, batch);
    if (outcome?.kind === 'appended') {
      const { firstVersion } = outcome;
      const target = STREAMS[writer] ?? assert.fail();
      tally.acknowledged.push({ batch, stream: target.id, firstVersion, count: EVENTS });
      refusals = 0;
    } else if (outcome?.kind === 'unknown') {
      tally.unknown += 1;
    } else {
      assert.equal(outcome?.kind, 'unavailable');
      assert.equal(outcome.error.code, 'STORAGE_FULL');
      tally.refused += 1;
      refusals += 1;
    }
  }
}

test(`a disk that fills up under ${WRITERS} writers, ${ROUNDS} times`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-enospc-'));
  const disk = await diskOrSkip(t, { folder, sizeMiB: 128 });
  if (disk === undefined) return;
  const tally: Tally = { acknowledged: [], refused: 0, unknown: 0 };
  const settings = embeddedSettings(join(disk.folder, 'data'));
  const backend = await openEmbedded(settings, systemComponents(silentLogger));
  const { eventLog } = backend;
  const all = (round: string, most: number): Promise<unknown> =>
    Promise.all(STREAMS.map((_, writer) => write(eventLog, writer, { round, most, tally })));
  const wanted = { eventLog, streams: STREAMS, types: TYPES };
  const verify = (boundaries?: readonly PageBoundary[]): Promise<unknown> =>
    verifyStore({ ...wanted, acknowledged: tally.acknowledged, ...(boundaries && { boundaries }) });
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const filling = all(`full${round}`, Infinity);
      await disk.fill();
      await filling;
      assert.deepEqual(backend.health(), { kind: 'ready' });
      // whole milliseconds need a write: the last one is closed
      await verify(['event']);
      await disk.free();
      const before = tally.refused;
      await all(`free${round}`, 2);
      assert.equal(tally.refused, before, 'appends go on by themselves');
    }
    await verify();
  } finally {
    await backend.close();
    await disk.close();
  }
  t.diagnostic(
    `${tally.acknowledged.length} appends acknowledged, ${tally.refused} refused, ` +
      `${tally.unknown} unknown`,
  );
  assert.ok(tally.refused > 0);
});
