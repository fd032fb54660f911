import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { exerciseBackend, type BackendUnderTest } from './event-log/index.js';

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

exerciseBackend('embedded', async () => open(await mkdtemp(join(tmpdir(), 'cassadra-kit-'))), {
  liveEvents: process.env['CASSADRA_TEST_LONG'] === '1' ? 20_000 : 2_000,
});
