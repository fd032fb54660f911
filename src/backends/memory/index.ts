import type { Components } from '../../runtime/index.js';
import type { Backend } from '../../storage/index.js';
import { MemoryDocuments } from './documents.js';
import { MemoryEventLog } from './event-log.js';
import { MemoryEventTypes } from './event-types.js';
import { MemoryTables } from './schema.js';
import type { MemorySettings } from './settings.js';
import { MemoryStreamDirectory } from './stream-directory.js';
import { MemoryTimedEvents } from './timed-events.js';

export { DEFAULT_MEMORY_SETTINGS, type MemorySettings } from './settings.js';

/** An empty store that lives as long as the process. The model that the others are held to. */
export function openMemory(settings: MemorySettings, components: Components): Backend {
  const tables = new MemoryTables();
  return {
    name: 'memory',
    capabilities: { feed: 'ordered', durable: false },
    eventLog: new MemoryEventLog(tables, settings, components.clock),
    streams: new MemoryStreamDirectory(tables),
    eventTypes: new MemoryEventTypes(tables),
    timedEvents: new MemoryTimedEvents(tables, components),
    documents: new MemoryDocuments(tables, components.clock),
    health: () =>
      tables.closed ? { kind: 'not-ready', reason: 'it is closed' } : { kind: 'ready' },
    close: async () => {
      tables.closed = true;
    },
  };
}
