import type { Command } from 'commander';
import { wholeNumberFrom } from '../../arguments.js';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { comingText, runText, scheduleText, skippedRunsText } from '../../schedule-text.js';
import { parseMoment } from '../../times.js';
import { ofOneSchedule } from './one-schedule.js';

type Flags = ConnectionFlags & CommonFlags;

const COUNT_MAX = 1_000;

/** `schedules trigger`. */
export function triggerCommand(): Command {
  const command = ofOneSchedule('trigger', 'make a run of a schedule now').option(
    '--trigger-id <id>',
    'names the wish: repeating the command makes no second run; a new UUID',
  );
  addExamples(command, 'schedules trigger shop report');
  return addClientFlags(command).action(
    async (
      application: string,
      scheduleId: string,
      flags: Flags & { readonly triggerId?: string },
    ) => {
      const { triggerId } = flags;
      await withStore(flags, async ({ store, output }) => {
        const options = triggerId === undefined ? {} : { triggerId };
        const run = await store.schedules.trigger(application, scheduleId, options);
        await output.show(run, () => runText(run));
      });
    },
  );
}

interface BackfillFlags extends Flags {
  readonly from?: number;
  readonly until?: number;
  readonly perSecond?: number;
}

/** `schedules backfill`. */
export function backfillCommand(): Command {
  const command = ofOneSchedule('backfill', 'make the runs of a range in the past')
    .option('--from <time>', 'runs of this time or later', parseMoment)
    .option('--until <time>', 'runs before this time', parseMoment)
    .option('--per-second <count>', 'how many in a second (10)', wholeNumberFrom(1, COUNT_MAX));
  addExamples(command, 'schedules backfill shop report --from 2026-01-01 --until 2026-01-31');
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: BackfillFlags) => {
      const { from, until, perSecond } = flags;
      if (from === undefined || until === undefined) {
        throw new CliError('misused', 'say which runs: --from and --until');
      }
      const range = { from, until, ...(perSecond === undefined ? {} : { perSecond }) };
      await withStore(flags, async ({ store, output }) => {
        const schedule = await store.schedules.backfill(application, scheduleId, range);
        await output.show(schedule, () => scheduleText(schedule));
      });
    },
  );
}

interface NextFlags extends Flags {
  readonly count?: number;
  readonly after?: number;
}

/** `schedules next`. */
export function nextCommand(): Command {
  const command = ofOneSchedule('next', 'list the next runs of a schedule')
    .option('--count <count>', 'how many (10)', wholeNumberFrom(1, COUNT_MAX))
    .option('--after <time>', 'after this time (now)', parseMoment);
  addExamples(command, 'schedules next shop report --count 3');
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: NextFlags) => {
      const { count, after } = flags;
      const options = {
        ...(count === undefined ? {} : { count }),
        ...(after === undefined ? {} : { after }),
      };
      await withStore(flags, async ({ store, output }) => {
        for (const run of await store.schedules.nextRuns(application, scheduleId, options)) {
          await output.show(run, () => comingText(run));
        }
      });
    },
  );
}

/** `schedules skipped`. */
export function skippedCommand(): Command {
  const command = ofOneSchedule('skipped', 'list the runs that were skipped, oldest first');
  addExamples(command, 'schedules skipped shop report');
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        for await (const runs of store.schedules.skippedRuns(application, scheduleId)) {
          await output.show(runs, () => skippedRunsText(runs));
        }
      });
    },
  );
}
