import { Command } from 'commander';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { followSweep } from '../../follow-sweep.js';
import { sweepReport, sweepText } from '../../sweep-text.js';

type Flags = ConnectionFlags & CommonFlags;

interface SweepCommandFlags extends Flags {
  readonly cancel?: boolean;
  readonly wait?: boolean;
}

/** `timers sweeps`. */
export function sweepsCommand(): Command {
  const command = new Command('sweeps').description(
    'list replays and purges of many, newest first',
  );
  addExamples(command, 'timers sweeps', 'timers sweeps --json');
  return addClientFlags(command).action(async (flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      for await (const sweep of store.timers.sweeps()) {
        await output.show(sweep, () => sweepText(sweep));
      }
    });
  });
}

/** `timers sweep`. */
export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description('print how far a replay or purge of many has come, or end it')
    .argument('<sweep-id>', 'as it was printed')
    .option('--cancel', 'end it: it changes nothing more after a few seconds')
    .option('--wait', 'wait for its end');
  addExamples(
    command,
    'timers sweep 01a2032f-59d7-74ae-a328-9414b599aa84 --wait',
    'timers sweep 01a2032f-59d7-74ae-a328-9414b599aa84 --cancel',
  );
  return addClientFlags(command).action(async (sweepId: string, flags: SweepCommandFlags) => {
    await withStore(flags, async (call) => {
      const { timers } = call.store;
      const cancelled = flags.cancel === true ? await timers.cancelSweep(sweepId) : undefined;
      const sweep = cancelled ?? (await timers.sweep(sweepId));
      if (sweep === undefined) {
        throw new CliError('absent', `there is no sweep ${sweepId}: list them (timers sweeps)`);
      }
      if (flags.wait === true) await followSweep(call, sweep);
      else await call.output.show(sweep, () => sweepReport(sweep));
    });
  });
}
