import { parseSettings, schedulerSettings, storageOf } from '../../../src/runtime/index.js';
import { CliError } from '../cli-error.js';
import type { CommonFlags } from '../client-command.js';

export const FOLDER_VARIABLES = ['DATA_DIR'] as const;

export interface FolderFlags extends CommonFlags {
  readonly dataDir?: string;
}

/** The folder of the embedded store that flags and environment name. */
export function embeddedFolder(flags: FolderFlags): string {
  // an empty one counts as not given, as in the environment
  if (flags.dataDir !== undefined && flags.dataDir !== '') return flags.dataDir;
  const settings = parseSettings(schedulerSettings, process.env);
  if (storageOf(settings) === 'embedded') return settings.DATA_DIR;
  const advice = 'name a folder by --data-dir. For Cassandra see docs/guides/backup.md';
  throw new CliError('misused', `the settings name another storage than the embedded: ${advice}`);
}
