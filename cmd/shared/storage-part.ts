import {
  storageOf,
  type BackendVariables,
  type Components,
  type Lifecycle,
} from '../../src/runtime/index.js';
import { BackendOpener } from './backend-opener.js';
import { openBackend } from './open-backend.js';

/** The storage of a program; when it can never be opened, the program ends with exit code 1. */
export function storagePart(
  settings: BackendVariables,
  components: Components,
  lifecycle: Lifecycle,
): BackendOpener {
  return new BackendOpener({
    open: () => openBackend(settings, components),
    components,
    remote: storageOf(settings) === 'cassandra',
    onFailure: (error) => {
      components.logger.error({ err: error }, 'the storage cannot be opened: stopping');
      void lifecycle.stop().then(() => process.exit(1));
    },
  });
}
