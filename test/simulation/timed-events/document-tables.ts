import type { DocumentTables } from '../../../src/backends/cassandra/index.js';
import { documentName } from '../documents/document-state.js';
import { SimulatedDocumentTables, type Way } from '../documents/tables.js';
import type { Link } from './link.js';
import type { SimulatedProcess } from './process.js';
import { trueMs, type World } from './world.js';

/** The tables of documents, as one process reaches them. */
export function documentTablesOf(
  world: World,
  process: SimulatedProcess,
  link: Link,
): DocumentTables {
  const way: Way = {
    call: (call) => {
      let doubtful = false;
      const onDoubt = (): void => {
        doubtful = true;
      };
      return link.call({ ...call, onDoubt, apply: () => call.apply(doubtful) });
    },
    nextStamp: () => process.stamp(),
  };
  const { rows, draws, time, promises } = world;
  return new SimulatedDocumentTables(
    {
      ...{ documents: rows.documents, draws, time },
      get trueMs() {
        return trueMs(world);
      },
      decided: (key, { content }) => {
        const name = documentName(key);
        const journal = rows.documentJournal.get(name) ?? [];
        rows.documentJournal.set(name, journal);
        journal.push({ content, atMs: time.nowMs });
        promises.documentDecided(key, journal);
      },
    },
    way,
  );
}
