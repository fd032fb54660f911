import { Command } from 'commander';
import { projectVersion } from '../../src/runtime/index.js';
import { applicationsCommand } from './commands/applications/applications.js';
import { appendCommand } from './commands/append.js';
import { backupCommand } from './commands/backup.js';
import { completionCommand } from './commands/completion.js';
import { doctorCommand } from './commands/doctor.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { keysCommand } from './commands/keys.js';
import { readCommand } from './commands/read.js';
import { restoreCommand } from './commands/restore.js';
import { scheduleCommand } from './commands/schedule.js';
import { schedulesCommand } from './commands/schedules/schedules.js';
import { schemaCommand } from './commands/schema.js';
import { serveCommand } from './commands/serve.js';
import { streamsCommand } from './commands/streams.js';
import { tailCommand } from './commands/tail.js';
import { timersCommand } from './commands/timers.js';
import { tokensCommand } from './commands/tokens/tokens.js';
import { typesCommand } from './commands/types.js';
import { verifyCommand } from './commands/verify.js';

/** The whole command line. Parsing throws CommanderError instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('cassadra')
    .description('Cassadra: an event store and timed-event scheduler on Apache Cassandra')
    .version(projectVersion(), '--version', 'print the version')
    .addCommand(serveCommand())
    .addCommand(appendCommand())
    .addCommand(readCommand())
    .addCommand(tailCommand())
    .addCommand(streamsCommand())
    .addCommand(typesCommand())
    .addCommand(scheduleCommand())
    .addCommand(timersCommand())
    .addCommand(schedulesCommand())
    .addCommand(applicationsCommand())
    .addCommand(keysCommand())
    .addCommand(tokensCommand())
    .addCommand(verifyCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(doctorCommand())
    .addCommand(schemaCommand());
  program.addCommand(completionCommand(program));
  program.addHelpText(
    'after',
    '\nEvery command has --help with examples. All of it: docs/cli.md\n',
  );
  withHouseManners(program);
  return program;
}

/** Added commands inherit nothing, so each is told. Errors are printed once, by `failureLine`. */
function withHouseManners(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  command.helpOption('-h, --help', 'print this');
  command.helpCommand(false).allowExcessArguments(false).showSuggestionAfterError(false);
  for (const subcommand of command.commands) withHouseManners(subcommand);
}
