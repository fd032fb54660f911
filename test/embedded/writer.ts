/*
 * Appends with 64 concurrent writers until it is killed, or for the given number of appends each,
 * and prints a line for each append that was acknowledged.
 * Arguments: data folder, lane, name of this run, seed, [appends per writer].
 */
import { ANY_VERSION, exactVersion, requireUuid, type NewEvent } from '../../src/core/index.js';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import {
  seededRandom,
  silentLogger,
  systemComponents,
  systemIds,
  type Random,
} from '../../src/runtime/index.js';
import type { EventLog } from '../../src/storage/index.js';
import {
  formatAcknowledged,
  SHARED_STREAMS,
  ownStreams,
  payloadOf,
  pick,
  TYPES,
} from './workload.js';

const [dataDir = '', lane = '', run = '', seed = '0', most = 'Infinity'] = process.argv.slice(2);
const streams = ownStreams(lane);
const { signal } = new AbortController();

function newEvents(batch: string, count: number, random: Random): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    eventId: requireUuid(systemIds.newId()),
    type: pick(TYPES, random),
    content: { kind: 'text', text: payloadOf(batch, index, count) },
    contentType: index === 0 ? 'text/plain' : undefined,
    metadata: index === 1 ? `{"batch":"${batch}"}` : undefined,
  }));
}

/** One writer: half of its appends go to a stream of its own, half to streams that all share. */
async function write(eventLog: EventLog, writer: number): Promise<void> {
  const random = seededRandom(Number(seed) + writer);
  const own = streams[writer];
  if (own === undefined) throw new Error('more writers than streams');
  let version = await eventLog.currentVersion(own.id);
  for (let number = 0; number < Number(most); number += 1) {
    const batch = `${run}/${writer}/${number}`;
    const count = 1 + Math.floor(random.next() * 5);
    const alone = random.next() < 0.5;
    const stream = alone ? own : pick(SHARED_STREAMS, random);
    const expected = alone ? exactVersion(version) : ANY_VERSION;
    const append = { expected, events: newEvents(batch, count, random), freshIds: alone };
    const [outcome] = await eventLog.append({ stream, appends: [append], signal });
    if (outcome?.kind !== 'appended') {
      throw new Error(`append ${batch} ended as ${JSON.stringify(outcome)}`);
    }
    if (alone) version = outcome.lastVersion;
    const { firstVersion } = outcome;
    process.stdout.write(formatAcknowledged({ batch, stream: stream.id, firstVersion, count }));
  }
}

const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
await Promise.all(streams.map((_, writer) => write(backend.eventLog, writer)));
await backend.close();
