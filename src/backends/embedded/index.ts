import { requireUuid, SavetimeAllocator } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { Backend, BackendHealth } from '../../storage/index.js';
import { isKnownLayout, prepareDataDir, syncFolders } from './data-dir.js';
import { EmbeddedDocuments } from './documents/documents.js';
import { Engine } from './engine.js';
import { EmbeddedEventLog } from './event-log.js';
import { EmbeddedEventTypes } from './event-types.js';
import { GroupCommit } from './group-commit.js';
import type { Writer } from './ledger.js';
import { openTables } from './schema.js';
import { requireSound } from './pages/require-sound.js';
import type { EmbeddedSettings } from './settings.js';
import { EmbeddedStreamDirectory } from './stream-directory.js';
import { EmbeddedTimedEvents } from './timed-events/timed-events.js';
import { showFile } from './file-metrics.js';
import { finishUpgrade } from './upgrade.js';
import { uuidBytes } from './uuid-bytes.js';

export { readContents, type DataContents } from './backup/contents.js';
export { copyData } from './backup/hot-copy.js';
export { processesWith } from './backup/users.js';
export { DATA_FILE } from './data-dir.js';
export { diagnoseEmbedded } from './diagnosis.js';
export { embeddedSettings, type EmbeddedSettings } from './settings.js';

/**
 * Opens the data directory, making it when it is missing; several processes may have it open.
 * Throws DATA_FORMAT_NEWER, and DATA_DIR_INVALID for data that is foreign or damaged.
 */
export async function openEmbedded(
  settings: EmbeddedSettings,
  components: Components,
): Promise<Backend> {
  const file = await prepareDataDir(settings.dataDir);
  if (isKnownLayout()) await requireSound(file, components);
  const tables = await openTables(file);
  await syncFolders(file);
  const writer: Writer = {
    id: uuidBytes(requireUuid(components.ids.newId())),
    allocator: new SavetimeAllocator(),
  };
  const engine = new Engine(tables, new GroupCommit(tables, writer, components), writer);
  try {
    await finishUpgrade(engine, components.logger);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const timedEvents = new EmbeddedTimedEvents(engine, components);
  const forgetFile = showFile(tables, components.metrics);
  return {
    name: 'embedded',
    capabilities: { feed: 'ordered', durable: true },
    eventLog: new EmbeddedEventLog(engine, settings, components.clock),
    streams: new EmbeddedStreamDirectory(engine),
    eventTypes: new EmbeddedEventTypes(engine),
    timedEvents,
    documents: new EmbeddedDocuments(engine, components.clock),
    health: () => healthOf(engine),
    close: async () => {
      forgetFile();
      await timedEvents.close();
      await engine.close();
    },
  };
}

function healthOf(engine: Engine): BackendHealth {
  const fault = engine.commits.stoppedBy;
  if (fault !== undefined) return { kind: 'not-ready', reason: fault.message };
  return { kind: 'ready' };
}
