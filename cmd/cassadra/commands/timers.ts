import { Command, Option } from 'commander';
import type { TimedEventFilter } from '../../../src/client/index.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { ofOneTimer } from '../one-timer.js';
import { attemptText, timerJson, timerText } from '../timer-text.js';
import { parseDuration, parseMoment } from '../times.js';
import { purgeCommand, retryCommand } from './failed-timers/one.js';
import { purgeFailedCommand } from './failed-timers/purge-failed.js';
import { replayCommand } from './failed-timers/replay.js';
import { sweepCommand, sweepsCommand } from './failed-timers/sweeps.js';

type Flags = ConnectionFlags & CommonFlags;
type Status = NonNullable<TimedEventFilter['statuses']>[number];

const STATUSES: readonly Status[] = [
  ...(['pending', 'processing', 'completed', 'failed', 'cancelled'] as const),
  'skipped',
];

interface ListFlags extends Flags {
  readonly status?: Status;
  readonly dueFrom?: number;
  readonly dueUntil?: number;
}

interface RescheduleFlags extends Flags {
  readonly in?: number;
  readonly at?: number;
}

/** `timers` with its subcommands. */
export function timersCommand(): Command {
  return new Command('timers')
    .description('look at timed events, stop and move them, try again what has failed')
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(cancelCommand())
    .addCommand(rescheduleCommand())
    .addCommand(attemptsCommand())
    .addCommand(retryCommand())
    .addCommand(purgeCommand())
    .addCommand(replayCommand())
    .addCommand(purgeFailedCommand())
    .addCommand(sweepsCommand())
    .addCommand(sweepCommand());
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list the timed events of an application by due time')
    .argument('<application>', 'who has scheduled them')
    .addOption(new Option('--status <status>', 'only in this status').choices(STATUSES))
    .option('--due-from <time>', 'only those due then or later', parseMoment)
    .option('--due-until <time>', 'only those due before', parseMoment);
  addExamples(command, 'timers list cassadra --status failed');
  return addClientFlags(command).action(async (application: string, flags: ListFlags) => {
    const { status, dueFrom, dueUntil } = flags;
    await withStore(flags, async ({ store, output }) => {
      const events = store.timers.list(application, {
        ...(status === undefined ? {} : { statuses: [status] }),
        ...(dueFrom === undefined ? {} : { dueFromMs: dueFrom }),
        ...(dueUntil === undefined ? {} : { dueUntilMs: dueUntil }),
      });
      for await (const event of events) {
        await output.show(timerJson(event), () => timerText(event));
      }
    });
  });
}

function getCommand(): Command {
  const command = ofOneTimer('get', 'print a timed event with what it sends');
  addExamples(command, 'timers get cassadra pay-7 --json');
  return addClientFlags(command).action(
    async (application: string, eventId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        const event = await store.timers.get(application, eventId);
        if (event === undefined) {
          throw new CliError('absent', `${application} has no timed event ${eventId}: list them`);
        }
        await output.show(timerJson(event), () => timerText(event));
      });
    },
  );
}

function cancelCommand(): Command {
  const command = ofOneTimer('cancel', 'stop a timed event');
  addExamples(command, 'timers cancel cassadra pay-7');
  return addClientFlags(command).action(
    async (application: string, eventId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        const outcome = await store.timers.cancel(application, eventId);
        const text = outcome === 'done' ? 'done: it will not fire' : STOP_TEXTS[outcome];
        await output.show({ outcome }, () => text);
      });
    },
  );
}

const STOP_TEXTS = {
  done: 'done: it will not fire at the old time',
  'in-flight': 'in flight: this attempt may arrive, no further one begins',
  finished: 'finished: it was over before',
} as const;

function rescheduleCommand(): Command {
  const command = ofOneTimer('reschedule', 'move a timed event to another time')
    .option('--in <time>', 'so long from now, as 5m or 1h30m', parseDuration)
    .option('--at <time>', '2026-01-31T12:00:00Z, or milliseconds', parseMoment);
  addExamples(command, 'timers reschedule cassadra pay-7 --in 1h');
  return addClientFlags(command).action(
    async (application: string, eventId: string, flags: RescheduleFlags) => {
      const { in: inMs, at } = flags;
      const due = inMs === undefined ? at : { inMs };
      if (due === undefined || (inMs !== undefined && at !== undefined)) {
        throw new CliError('misused', 'say when: one of --in and --at');
      }
      await withStore(flags, async ({ store, output }) => {
        const outcome = await store.timers.reschedule(application, eventId, due);
        await output.show({ outcome }, () => STOP_TEXTS[outcome]);
      });
    },
  );
}

function attemptsCommand(): Command {
  const command = ofOneTimer('attempts', 'list the attempts of a timed event, oldest first');
  addExamples(command, 'timers attempts cassadra pay-7');
  return addClientFlags(command).action(
    async (application: string, eventId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        for await (const attempt of store.timers.attempts(application, eventId)) {
          await output.show(attempt, () => attemptText(attempt));
        }
      });
    },
  );
}
