import { Command } from 'commander';
import { wholeNumberFrom } from '../arguments.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { eventJson, eventText } from '../event-json.js';

interface ReadFlags extends ConnectionFlags, CommonFlags {
  readonly from?: number;
  readonly limit?: number;
  readonly backward?: boolean;
}

const INT32_MAX = 2_147_483_647;

/** `read`. */
export function readCommand(): Command {
  const command = new Command('read')
    .description('print the events of a stream')
    .argument('<stream>', 'a name or a UUID')
    .option('--from <version>', 'first version to read', wholeNumberFrom(1, INT32_MAX))
    .option('--limit <count>', 'how many events at most', wholeNumberFrom(1, INT32_MAX))
    .option('--backward', 'from the last version down');
  addExamples(command, 'read order-7', 'read order-7 --backward --limit 1 --json');
  return addClientFlags(command).action(async (stream: string, flags: ReadFlags) => {
    const { from, limit, backward } = flags;
    await withStore(flags, async ({ store, output }) => {
      const events = store.read(stream, {
        direction: backward === true ? 'backward' : 'forward',
        ...(from === undefined ? {} : { from }),
        ...(limit === undefined ? {} : { limit }),
      });
      for await (const event of events) {
        await output.line(output.json ? JSON.stringify(eventJson(event)) : eventText(event));
      }
    });
  });
}
