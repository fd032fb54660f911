import { Command } from 'commander';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { followSweep } from '../../follow-sweep.js';
import { addSweepFlags, filterOf, sweepOptionsOf, type SweepFlags } from '../../sweep-flags.js';
import { sweepText } from '../../sweep-text.js';

/** `timers replay`. */
export function replayCommand(): Command {
  const command = addSweepFlags(
    new Command('replay').description('have timed events that have failed begin again'),
  );
  addExamples(
    command,
    'timers replay --application shop --status 500,503 --dry-run',
    'timers replay --destination https://example.com --failed-from 2026-01-31 --per-second 10',
    'timers replay --all --detach',
  );
  return addClientFlags(command).action(
    async (flags: ConnectionFlags & CommonFlags & SweepFlags) => {
      const filter = filterOf(flags);
      const run = async (call: Parameters<typeof followSweep>[0]): Promise<void> => {
        const sweep = await call.store.timers.replayFailed(filter, sweepOptionsOf(flags));
        if (flags.detach === true) await call.output.show(sweep, () => sweepText(sweep));
        else await followSweep(call, sweep);
      };
      await withStore(flags, run, flags.detach !== true);
    },
  );
}
