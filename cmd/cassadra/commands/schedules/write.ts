import { Option, type Command } from 'commander';
import {
  StoreError,
  type Cassadra,
  type ScheduleRequest,
  type ScheduleState,
} from '../../../../src/client/index.js';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { scheduleText } from '../../schedule-text.js';
import { planChangeOf } from './changed-plan.js';
import { ofOneSchedule } from './one-schedule.js';
import { addPlanFlags, type PlanFlags } from './plan-flags.js';

/** Runs change the revision, too. */
const UPDATES_MAX = 5;

interface CreateFlags extends ConnectionFlags, CommonFlags, PlanFlags {
  readonly onExists?: NonNullable<ScheduleRequest['onExists']>;
}

/** `schedules create`. */
export function createCommand(): Command {
  const command = addPlanFlags(ofOneSchedule('create', 'create a schedule')).addOption(
    new Option('--on-exists <what>', 'when there is one of this id (reject)').choices([
      ...['reject', 'ok-if-same', 'replace'],
    ]),
  );
  addExamples(
    command,
    `schedules create shop report --cron '30 2 * * *' --time-zone Europe/Berlin --url https://example.com/report`,
    `schedules create shop beat --every 15m --jitter 1m --stream beats --type Beat --data '{"n":1}'`,
  );
  return addClientFlags(command).action(
    async (application: string, scheduleId: string, flags: CreateFlags) => {
      const plan = (await planChangeOf(flags))();
      const { onExists } = flags;
      await withStore(flags, async ({ store, output }) => {
        const { outcome, schedule } = await store.schedules.create({
          ...plan,
          ...{ application, scheduleId },
          ...(onExists === undefined ? {} : { onExists }),
        });
        await output.show({ outcome, schedule }, () => `${outcome}: ${scheduleText(schedule)}`);
      });
    },
  );
}

/** `schedules update`. */
export function updateCommand(): Command {
  const command = addPlanFlags(
    ofOneSchedule('update', 'change what a schedule asks for; what no flag names stays'),
  );
  addExamples(
    command,
    `schedules update shop report --cron '0 4 * * *'`,
    'schedules update shop report --end none --overlap buffer-one',
  );
  return addClientFlags(command).action(
    async (
      application: string,
      scheduleId: string,
      flags: ConnectionFlags & CommonFlags & PlanFlags,
    ) => {
      const change = await planChangeOf(flags);
      await withStore(flags, async ({ store, output }) => {
        const schedule = await update(store, { application, scheduleId }, change);
        await output.show(schedule, () => `updated: ${scheduleText(schedule)}`);
      });
    },
  );
}

/** Reads, changes and writes at the revision that was read, again when that has passed. */
async function update(
  { schedules }: Cassadra,
  { application, scheduleId }: { readonly application: string; readonly scheduleId: string },
  change: Awaited<ReturnType<typeof planChangeOf>>,
): Promise<ScheduleState> {
  for (let tries = 1; ; tries += 1) {
    const before = await schedules.get(application, scheduleId);
    if (before === undefined) {
      throw new CliError('absent', `${application} has no schedule ${scheduleId}: list them`);
    }
    const options = { expectedRevision: before.revision };
    try {
      return await schedules.update(application, scheduleId, change(before.plan), options);
    } catch (error) {
      const passed = error instanceof StoreError && error.reason === 'REVISION_CONFLICT';
      if (!passed || tries === UPDATES_MAX) throw error;
    }
  }
}
