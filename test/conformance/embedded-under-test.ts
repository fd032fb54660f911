import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { BackendUnderTest } from './event-log/index.js';

/** An embedded store in a temporary folder. */
export async function embeddedUnderTest(): Promise<BackendUnderTest> {
  return open(await mkdtemp(join(tmpdir(), 'cassadra-kit-')));
}

async function open(dataDir: string): Promise<BackendUnderTest> {
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  return {
    backend,
    async reopen() {
      await backend.close();
      return open(dataDir);
    },
    async cleanup() {
      await backend.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
