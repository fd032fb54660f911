import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { exerciseDocuments, type DocumentsUnderTest } from './documents/index.js';

exerciseDocuments('embedded', async () => {
  return open(await mkdtemp(join(tmpdir(), 'cassadra-documents-')), true);
});

async function open(dataDir: string, ownsData: boolean): Promise<DocumentsUnderTest> {
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  return {
    documents: backend.documents,
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
