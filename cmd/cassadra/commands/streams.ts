import { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { printable } from '../printable.js';

interface StreamsFlags extends ConnectionFlags, CommonFlags {
  readonly prefix?: string;
  readonly all?: boolean;
}

/** `streams`. */
export function streamsCommand(): Command {
  const command = new Command('streams')
    .description('list streams by name')
    .option('--prefix <text>', 'only names that begin with it')
    .option('--all', 'streams without a name, too: reads all that is stored, in no order');
  addExamples(command, 'streams --prefix order-', 'streams --all --json');
  return addClientFlags(command).action(async (flags: StreamsFlags) => {
    const { prefix, all } = flags;
    if (prefix !== undefined && all !== undefined) {
      throw new CliError('misused', 'give --prefix or --all, not both');
    }
    await withStore(flags, async ({ store, output }) => {
      const streams = store.listStreams({
        ...(prefix === undefined ? {} : { prefix }),
        ...(all === undefined ? {} : { includeUnnamed: all }),
      });
      for await (const listed of streams) {
        const { stream, streamId } = listed;
        await output.show({ stream, streamId }, () => printable(stream));
      }
    });
  });
}
