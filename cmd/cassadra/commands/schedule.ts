import { Command, Option } from 'commander';
import type { TimedEventRequest } from '../../../src/client/index.js';
import { systemIds } from '../../../src/runtime/index.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { addLatenessFlags, latenessOf, type LatenessFlags } from '../lateness-flags.js';
import { addTargetFlags, targetOf, type TargetFlags } from '../target-flags.js';
import { timerJson, timerText } from '../timer-text.js';
import { parseDuration, parseMoment } from '../times.js';

interface ScheduleFlags extends ConnectionFlags, CommonFlags, TargetFlags, LatenessFlags {
  readonly in?: number;
  readonly at?: number;
  readonly application: string;
  readonly eventId?: string;
  readonly onExists?: 'reject' | 'ok-if-same' | 'replace';
}

/** `schedule`. */
export function scheduleCommand(): Command {
  const command = new Command('schedule').description('call a URL, or append an event, at a time');
  addTargetFlags(command)
    .option('--in <time>', 'when: so long from now, as 5m or 1h30m', parseDuration)
    .option('--at <time>', 'when: 2026-01-31T12:00:00Z, or milliseconds', parseMoment)
    .option('--application <name>', 'who schedules', 'cassadra')
    .option('--event-id <id>', 'its name within the application; a new UUID')
    .addOption(
      new Option('--on-exists <what>', 'when there is one of this id (reject)').choices([
        ...['reject', 'ok-if-same', 'replace'],
      ]),
    );
  addLatenessFlags(command);
  addExamples(
    command,
    `schedule --url https://example.com/remind --data '{"order":7}' --in 30m`,
    'schedule --stream order-7 --type PaymentTimedOut --at 2026-01-31T12:00:00Z --event-id pay-7',
    `schedule --url https://example.com/ping --in 1h --max-lateness 5m --when-late skip`,
  );
  return addClientFlags(command).action(async (flags: ScheduleFlags) => {
    const request = await requestOf(flags);
    await withStore(flags, async ({ store, output }) => {
      const { outcome, timedEvent } = await store.timers.schedule(request);
      await output.show(
        { outcome, timedEvent: timerJson(timedEvent) },
        () => `${outcome}: ${timerText(timedEvent)}`,
      );
    });
  });
}

async function requestOf(flags: ScheduleFlags): Promise<TimedEventRequest> {
  const { application, eventId = systemIds.newId(), onExists } = flags;
  const lateness = latenessOf(flags);
  return {
    application,
    eventId,
    due: dueOf(flags),
    ...(await targetOf(flags)),
    ...(onExists === undefined ? {} : { onExists }),
    ...(lateness === undefined || lateness === 'fire' ? {} : { lateness }),
  };
}

function dueOf(flags: ScheduleFlags): TimedEventRequest['due'] {
  if ((flags.in === undefined) === (flags.at === undefined)) {
    throw new CliError('misused', 'say when: one of --in and --at');
  }
  return flags.in === undefined ? (flags.at ?? 0) : { inMs: flags.in };
}
