import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { ANY_VERSION, DEFAULT_LIMITS } from '../../src/core/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { createEventStore } from '../../src/service/index.js';
import { readGuide } from './guide-files.js';

const STREAMS = 600;
const EVENTS_A_STREAM = 10;
/** A transaction of all streams would rewrite all pages, and leave as many free. */
const AT_ONCE = 50;
const PAYLOAD_BYTES = 200;
const NEVER = new AbortController().signal;

/** Size of the file, by event, after appends of one event each. */
async function bytesPerEvent(dataDir: string): Promise<number> {
  const components = systemComponents(silentLogger);
  const backend = await openEmbedded(embeddedSettings(dataDir), components);
  const store = createEventStore({
    backend: () => backend,
    limits: DEFAULT_LIMITS,
    queueLimits: { streamAppendsMax: 100, processAppendsMax: 10_000, processBytesMax: 1e9 },
    components,
  });
  const text = JSON.stringify({ text: 'x'.repeat(PAYLOAD_BYTES - 11) });
  for (let version = 0; version < EVENTS_A_STREAM; version += 1) {
    const type = `Type${version % 5}`;
    const events = [{ type, content: { kind: 'text', text } as const }];
    for (let first = 0; first < STREAMS; first += AT_ONCE) {
      const streams = Array.from({ length: AT_ONCE }, (_, index) => `stream-${first + index}`);
      await Promise.all(
        streams.map((stream) => store.append({ stream, expected: ANY_VERSION, events }, NEVER)),
      );
    }
  }
  await backend.close();
  const { blocks } = await stat(join(dataDir, 'cassadra.mdb'));
  return (blocks * 512) / (STREAMS * EVENTS_A_STREAM);
}

test('an event of 200 bytes takes what the guide says, more or less', async (t) => {
  const row = /^\| 200 bytes \| (\d+) bytes \|$/m.exec(readGuide('capacity').text);
  const told = Number(row?.[1]);
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-capacity-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const found = await bytesPerEvent(dataDir);
  t.diagnostic(`${Math.round(found)} bytes an event, the guide says ${told}`);
  assert.ok(found > told * 0.7 && found < told * 1.4, `${found} bytes`);
});
