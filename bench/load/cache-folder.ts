import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what was downloaded or built for the bench is kept. */
export function cacheFolder(name: string): string {
  const root = process.env['CASSADRA_CACHE_DIR'] ?? join(homedir(), '.cache', 'cassadra');
  return join(root, 'bench', name);
}
