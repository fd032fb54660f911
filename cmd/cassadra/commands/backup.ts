import { resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../../../src/runtime/index.js';
import { embeddedFolder, FOLDER_VARIABLES, type FolderFlags } from '../backup/embedded-folder.js';
import { addExamples, addJsonFlag, outputOf } from '../client-command.js';
import { addSettingFlags } from '../setting-flags.js';

interface BackupFlags extends FolderFlags {
  readonly to: string;
}

/** `backup`. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description('copy the embedded store, also while a server runs on it, for `restore`')
    .requiredOption('--to <folder>', 'a new folder for the copy');
  addSettingFlags(command, FOLDER_VARIABLES);
  addExamples(command, 'backup --data-dir ./data --to /backups/monday');
  return addJsonFlag(command).action(async (flags: BackupFlags) => {
    const dataDir = embeddedFolder(flags);
    // loaded when it is wanted: the other commands begin faster without LMDB
    const { takeBackup } = await import('../backup/take-backup.js');
    const { contentsText } = await import('../backup/manifest.js');
    const manifest = await takeBackup({ dataDir, to: flags.to }, systemClock);
    const to = resolve(flags.to);
    const shown = { to, ...manifest };
    await outputOf(flags).show(shown, () => `${to}: ${contentsText(manifest)}`);
  });
}
