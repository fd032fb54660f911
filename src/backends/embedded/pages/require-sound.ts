import { stat } from 'node:fs/promises';
import type { Components } from '../../../runtime/index.js';
import { damaged } from '../errors.js';
import { checkPages } from './check-pages.js';

/** Large files are looked at in part: the server is to start soon. */
const LIMIT_MS = 1_000;

/**
 * Throws DATA_DIR_INVALID for a data file whose pages do not fit together. One that is missing or
 * empty is fine.
 */
export async function requireSound(
  path: string,
  { clock, logger }: Pick<Components, 'clock' | 'logger'>,
): Promise<void> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined || file.size === 0) return;
  const found = checkPages(path, clock, LIMIT_MS);
  switch (found.kind) {
    case 'sound':
      return;
    case 'unfinished':
      logger.info(
        { pages: found.pages },
        'the data file was checked in part: it is large or in use',
      );
      return;
    case 'damaged':
      throw damaged(`it is damaged on the disk, ${found.problem}; restore a backup`);
  }
}
