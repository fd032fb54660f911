import { Command } from 'commander';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { scheduleJson, scheduleText } from '../../schedule-text.js';
import { ofOneSchedule } from './one-schedule.js';

type Flags = ConnectionFlags & CommonFlags;

/** `schedules list`. */
export function listCommand(): Command {
  const command = new Command('list')
    .description('list the schedules of an application by id')
    .argument('<application>', 'whose runs they are');
  addExamples(command, 'schedules list shop');
  return addClientFlags(command).action(async (application: string, flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      for await (const schedule of store.schedules.list(application)) {
        await output.show(schedule, () => scheduleText(schedule));
      }
    });
  });
}

/** `schedules get`. */
export function getCommand(): Command {
  const command = ofOneSchedule('get', 'print a schedule with what its runs send');
  addExamples(command, 'schedules get shop report --json');
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        const schedule = await store.schedules.get(application, scheduleId);
        if (schedule === undefined) {
          throw new CliError('absent', `${application} has no schedule ${scheduleId}: list them`);
        }
        await output.show(scheduleJson(schedule), () => scheduleText(schedule));
      });
    },
  );
}

/** `schedules delete`. */
export function deleteCommand(): Command {
  const command = ofOneSchedule('delete', 'delete a schedule; the runs that it has made stay');
  addExamples(command, 'schedules delete shop report');
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        await store.schedules.delete(application, scheduleId);
        await output.show({ application, scheduleId, deleted: true }, () => 'deleted');
      });
    },
  );
}

/** `schedules pause`. */
export function pauseCommand(): Command {
  const command = ofOneSchedule('pause', 'skip the runs of a schedule until it is resumed').option(
    '--note <text>',
    'why, for people',
  );
  addExamples(command, `schedules pause shop report --note 'the receiver moves house'`);
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: Flags & { readonly note?: string }) => {
      const { note } = flags;
      await withStore(flags, async ({ store, output }) => {
        const options = note === undefined ? {} : { note };
        const schedule = await store.schedules.pause(application, scheduleId, options);
        await output.show(schedule, () => scheduleText(schedule));
      });
    },
  );
}

/** `schedules resume`. */
export function resumeCommand(): Command {
  const command = ofOneSchedule('resume', 'end the pause of a schedule');
  addExamples(command, 'schedules resume shop report');
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        const schedule = await store.schedules.resume(application, scheduleId);
        await output.show(schedule, () => scheduleText(schedule));
      });
    },
  );
}
