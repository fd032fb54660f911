import { openCassandra } from '../../src/backends/cassandra/index.js';
import { openEmbedded } from '../../src/backends/embedded/index.js';
import { openMemory } from '../../src/backends/memory/index.js';
import { storageOf, type BackendVariables, type Components } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';
import { cassandraSettingsOf } from './cassandra-settings.js';
import { writeLimitsOf } from './write-limits.js';

/** Opens the storage that the settings ask for. */
export async function openBackend(
  settings: BackendVariables,
  components: Components,
): Promise<Backend> {
  const writeLimits = writeLimitsOf(settings);
  switch (storageOf(settings)) {
    case 'memory':
      return openMemory({ writeLimits }, components);
    case 'embedded':
      return openEmbedded({ dataDir: settings.DATA_DIR, writeLimits }, components);
    case 'cassandra':
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
