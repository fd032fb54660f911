import { diagnoseCassandra } from '../../../src/backends/cassandra/index.js';
import { diagnoseEmbedded } from '../../../src/backends/embedded/index.js';
import { AppError, ERROR_CATALOGUE } from '../../../src/core/index.js';
import {
  projectVersion,
  storageOf,
  type BackendVariables,
  type Components,
} from '../../../src/runtime/index.js';
import type { Finding } from '../../../src/storage/index.js';
import { cassandraSettingsOf } from '../../shared/cassandra-settings.js';
import { openBackend } from '../../shared/open-backend.js';
import { placeOf } from '../../shared/place.js';
import { probe } from './probe.js';

/** Everything that `doctor` looks at, as it is found. */
export async function* examine(
  settings: BackendVariables,
  components: Components,
): AsyncGenerator<Finding> {
  const storage = storageOf(settings);
  yield { check: 'program', level: 'ok', text: `cassadra ${projectVersion()}` };
  yield { check: 'node', level: 'ok', text: `Node.js ${process.version}` };
  yield { check: 'storage', level: 'ok', text: `${storage} (${placeOf(settings)})` };
  const found = await diagnose(settings, components);
  yield* found;
  if (!found.some(({ level }) => level === 'fail')) yield* await probeOpened(settings, components);
}

async function diagnose(
  settings: BackendVariables,
  components: Components,
): Promise<readonly Finding[]> {
  switch (storageOf(settings)) {
    case 'memory':
      return [];
    case 'embedded':
      return diagnoseEmbedded(settings.DATA_DIR);
    case 'cassandra':
      return diagnoseCassandra(cassandraSettingsOf(settings), components);
  }
}

async function probeOpened(
  settings: BackendVariables,
  components: Components,
): Promise<readonly Finding[]> {
  try {
    const backend = await openBackend(settings, components);
    try {
      return await probe(backend, components);
    } finally {
      await backend.close();
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const remedy =
      error instanceof AppError ? ERROR_CATALOGUE[error.code].advice : 'look at the storage';
    return [{ check: 'opening', level: 'fail', text, remedy }];
  }
}
