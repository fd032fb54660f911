import { storageOf, type BackendVariables, type Components } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';
import { writeLimitsOf } from './write-limits.js';

/** Opens the storage that the settings ask for. The others are not loaded: a start is shorter. */
export async function openBackend(
  settings: BackendVariables,
  components: Components,
): Promise<Backend> {
  const writeLimits = writeLimitsOf(settings);
  switch (storageOf(settings)) {
    case 'memory': {
      const { openMemory } = await import('../../src/backends/memory/index.js');
      return openMemory({ writeLimits }, components);
    }
    case 'embedded': {
      const { openEmbedded } = await import('../../src/backends/embedded/index.js');
      return openEmbedded({ dataDir: settings.DATA_DIR, writeLimits }, components);
    }
    case 'cassandra': {
      const { openCassandra } = await import('../../src/backends/cassandra/index.js');
      const { cassandraSettingsOf } = await import('./cassandra-settings.js');
      return openCassandra(
        {
          ...cassandraSettingsOf(settings),
          appendEventsMax: settings.APPEND_EVENTS_MAX,
          appendBytesMax: settings.APPEND_BYTES_MAX,
          idWindow: settings.ID_WINDOW,
          timedEventShards: settings.TIMED_EVENT_SHARDS,
        },
        components,
      );
    }
  }
}
