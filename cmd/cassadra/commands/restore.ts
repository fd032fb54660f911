import { resolve } from 'node:path';
import { Command } from 'commander';
import { systemClock } from '../../../src/runtime/index.js';
import { embeddedFolder, FOLDER_VARIABLES, type FolderFlags } from '../backup/embedded-folder.js';
import { addExamples, addJsonFlag, outputOf } from '../client-command.js';
import { addSettingFlags } from '../setting-flags.js';

interface RestoreFlags extends FolderFlags {
  readonly from: string;
  readonly force?: boolean;
}

/** `restore`. */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('put a copy that `backup` made into a data directory, for a server to start on')
    .requiredOption('--from <folder>', 'the folder that `backup` made')
    .option('--force', 'move data that is there aside');
  addSettingFlags(command, FOLDER_VARIABLES);
  addExamples(command, 'restore --from /backups/monday --data-dir ./data');
  return addJsonFlag(command).action(async (flags: RestoreFlags) => {
    const dataDir = embeddedFolder(flags);
    // loaded when it is wanted: the other commands begin faster without LMDB
    const { restoreBackup } = await import('../backup/restore-backup.js');
    const { contentsText } = await import('../backup/manifest.js');
    const wish = { from: flags.from, dataDir, force: flags.force === true };
    const { manifest, aside } = await restoreBackup(wish, systemClock);
    const place = resolve(dataDir);
    const moved = aside === undefined ? '' : `\nWhat was there is now ${aside}`;
    const shown = { dataDir: place, ...manifest, ...(aside !== undefined && { aside }) };
    await outputOf(flags).show(shown, () => `${place}: ${contentsText(manifest)}${moved}`);
  });
}
