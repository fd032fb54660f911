import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { exerciseBackend } from './event-log/index.js';

exerciseBackend('memory', async () => {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, systemComponents(silentLogger));
  return { backend, cleanup: () => backend.close() };
});
