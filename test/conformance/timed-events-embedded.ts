import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { TimedEventsUnderTest } from './timed-events/index.js';

/** An embedded store in a temporary folder; a poller vanishes when nobody calls `take` any more. */
export async function timedEventsEmbedded(): Promise<TimedEventsUnderTest> {
  return open(await mkdtemp(join(tmpdir(), 'cassadra-timed-')), true);
}

async function open(dataDir: string, ownsData: boolean): Promise<TimedEventsUnderTest> {
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  return {
    timedEvents: backend.timedEvents,
    beside: () => open(dataDir, false),
    close: () => backend.close(),
    async reopen() {
      await backend.close();
      return open(dataDir, ownsData);
    },
    async cleanup() {
      await backend.close();
      if (ownsData) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
