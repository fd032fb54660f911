import { Command } from 'commander';
import { deleteCredentialsCommand, setCredentialsCommand } from './credentials.js';
import { destinationsCommand, enableCommand, limitCommand } from './destinations.js';
import { getCommand, listCommand, pauseCommand, resumeCommand, setCommand } from './policy.js';

/** `applications` with its subcommands. */
export function applicationsCommand(): Command {
  return new Command('applications')
    .description('limit, pause and look at who schedules, and how calls identify themselves')
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(setCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())
    .addCommand(destinationsCommand())
    .addCommand(limitCommand())
    .addCommand(enableCommand())
    .addCommand(setCredentialsCommand())
    .addCommand(deleteCredentialsCommand());
}
