import { Command } from 'commander';
import { deleteCommand, getCommand, listCommand, pauseCommand, resumeCommand } from './manage.js';
import { backfillCommand, nextCommand, skippedCommand, triggerCommand } from './runs.js';
import { createCommand, updateCommand } from './write.js';

/** `schedules` with its subcommands. */
export function schedulesCommand(): Command {
  return new Command('schedules')
    .description('call URLs, or append events, again and again')
    .addCommand(createCommand())
    .addCommand(updateCommand())
    .addCommand(getCommand())
    .addCommand(listCommand())
    .addCommand(deleteCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())
    .addCommand(triggerCommand())
    .addCommand(backfillCommand())
    .addCommand(nextCommand())
    .addCommand(skippedCommand());
}
