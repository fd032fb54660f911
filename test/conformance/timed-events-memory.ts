import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { TimedEventsUnderTest } from './timed-events/index.js';

/** An empty memory store; a poller of it vanishes when nobody calls `take` any more. */
export async function timedEventsInMemory(): Promise<TimedEventsUnderTest> {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, systemComponents(silentLogger));
  const close = (): Promise<void> => backend.close();
  return { timedEvents: backend.timedEvents, close, cleanup: close };
}
