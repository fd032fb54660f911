import { Command } from 'commander';
import type { Cassadra, FailedFilter } from '../../../../src/client/index.js';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import { confirmed } from '../../confirm.js';
import type { ConnectionFlags } from '../../connection.js';
import { followSweep } from '../../follow-sweep.js';
import { addSweepFlags, filterOf, sweepOptionsOf, type SweepFlags } from '../../sweep-flags.js';
import { sweepText } from '../../sweep-text.js';

interface PurgeFlags extends ConnectionFlags, CommonFlags, SweepFlags {
  readonly yes?: boolean;
}

/** `timers purge-failed`. */
export function purgeFailedCommand(): Command {
  const command = addSweepFlags(
    new Command('purge-failed').description('delete timed events that have failed'),
  ).option('--yes', 'do not ask');
  addExamples(
    command,
    'timers purge-failed --application shop --failed-until 2026-01-01 --dry-run',
    'timers purge-failed --application shop --failed-until 2026-01-01 --yes',
  );
  return addClientFlags(command).action(async (flags: PurgeFlags) => {
    const filter = filterOf(flags);
    const asks = flags.yes !== true && flags.dryRun !== true;
    if (asks && !(process.stdin.isTTY && process.stderr.isTTY)) {
      throw new CliError('misused', 'this deletes them: say --yes, or --dry-run to count them');
    }
    const run = async (call: Parameters<typeof followSweep>[0]): Promise<void> => {
      if (asks) await askFirst(call.store, filter);
      const sweep = await call.store.timers.purgeFailed(filter, sweepOptionsOf(flags));
      if (flags.detach === true) await call.output.show(sweep, () => sweepText(sweep));
      else await followSweep(call, sweep);
    };
    await withStore(flags, run, flags.detach !== true);
  });
}

/** Counts them before it asks. Throws CliError unless the answer is yes. */
async function askFirst({ timers }: Cassadra, filter: FailedFilter): Promise<void> {
  const { sweepId } = await timers.purgeFailed(filter, { dryRun: true });
  const { matched } = await timers.sweepUntilDone(sweepId, { everyMs: 200 });
  const place = { input: process.stdin, output: process.stderr };
  if (await confirmed(`Delete ${matched} failed timed events for good?`, place)) return;
  throw new CliError('failed', 'nothing was deleted');
}
