import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { BackendUnderTest } from './event-log/index.js';

/** An empty memory store. */
export async function memoryUnderTest(): Promise<BackendUnderTest> {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, systemComponents(silentLogger));
  return { backend, cleanup: () => backend.close() };
}
