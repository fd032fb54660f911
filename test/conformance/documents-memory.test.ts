import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { exerciseDocuments } from './documents/index.js';

exerciseDocuments('memory', async () => {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, systemComponents(silentLogger));
  const close = (): Promise<void> => backend.close();
  return { documents: backend.documents, close, cleanup: close };
});
