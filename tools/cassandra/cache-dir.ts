import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Folder outside every checkout where downloads are kept between runs:
 * `CASSADRA_CACHE_DIR`, else `$XDG_CACHE_HOME/cassadra`, else `~/.cache/cassadra`. It need not
 * exist yet.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env['CASSADRA_CACHE_DIR']) return resolve(env['CASSADRA_CACHE_DIR']);
  if (env['XDG_CACHE_HOME']) return resolve(env['XDG_CACHE_HOME'], 'cassadra');
  return join(homedir(), '.cache', 'cassadra');
}
