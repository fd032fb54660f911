import { AppError } from '../../../core/index.js';
import { reading } from './read-only.js';

/** LMDB tells them by their texts only. */
const FULL = /no space left|file too large|quota exceeded/i;

/**
 * Copies a data file as it is at one moment of the call, with everything that was acknowledged
 * before: an acknowledged write is flushed, and seen by every later snapshot. Takes no lock that
 * writers wait for. They go on, but room that they free is not used again meanwhile. The copy is
 * smaller, without what is free; it is not flushed to the disk yet. `target` must not exist.
 * Throws DATA_DIR_INVALID, STORAGE_FULL for the disk of the copy.
 */
export function copyData(path: string, target: string): Promise<void> {
  return reading(path, async ({ root }) => {
    try {
      await root.backup(target, true);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (!FULL.test(said)) throw error;
      throw new AppError('STORAGE_FULL', `there is no room for ${target}`, {}, error);
    }
  });
}
