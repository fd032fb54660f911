import { rm } from 'node:fs/promises';
import type { Place } from '../../services/place.js';
import type { TimerStorage } from './timer-servers.js';

/** Opens a new folder of that name, for the embedded storage. */
export function embeddedStorage(place: Place, name: string): () => Promise<TimerStorage> {
  return async () => {
    const folder = await place.folder(name);
    return {
      env: { STORAGE: 'embedded', DATA_DIR: folder },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  };
}
