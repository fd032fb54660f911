import { Command, Option } from 'commander';
import type { Application, ApplicationPolicy, Priority } from '../../../../src/client/index.js';
import { applicationText } from '../../application-text.js';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { countOrNone, limitAfter, rateOrNone, type NumberOrNone } from '../../number-or-none.js';
import { ofOneApplication } from './one-application.js';

type Flags = ConnectionFlags & CommonFlags;

const PRIORITIES: readonly Priority[] = ['low', 'normal', 'high'];

interface SetFlags extends Flags {
  readonly rate?: NumberOrNone;
  readonly concurrency?: NumberOrNone;
  readonly priority?: Priority;
  readonly pendingMax?: NumberOrNone;
  readonly failureStream?: string;
  readonly failureType?: string;
  readonly withoutFailureEvent?: boolean;
}

/** `applications list`. */
export function listCommand(): Command {
  const command = new Command('list').description('list who has scheduled something, by name');
  addExamples(command, 'applications list');
  return addClientFlags(command).action(async (flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      for await (const application of store.applications.list()) {
        await output.show(application, () => applicationText(application));
      }
    });
  });
}

/** `applications get`. */
export function getCommand(): Command {
  const command = ofOneApplication('get', 'print what holds for an application').option(
    '--count',
    'count what is pending: takes as long as listing it',
  );
  addExamples(command, 'applications get shop --count');
  return addClientFlags(command).action(
    async (name: string, flags: Flags & { readonly count?: boolean }) => {
      await withStore(flags, async ({ store, output }) => {
        const countPending = flags.count === true;
        const application = await store.applications.get(name, { countPending });
        await output.show(application, () => applicationText(application));
      });
    },
  );
}

/** `applications set`. */
export function setCommand(): Command {
  const command = ofOneApplication('set', 'change what holds; what no flag names stays')
    .option('--rate <number>', 'calls that may begin in a second; or none', rateOrNone)
    .option('--concurrency <count>', 'calls that may be under way at once; or none', countOrNone)
    .addOption(new Option('--priority <what>', 'its share beside others').choices(PRIORITIES))
    .option('--pending-max <count>', 'timed events that may be pending; or none', countOrNone)
    .option('--failure-stream <stream>', 'where an event is appended for each that fails for good')
    .option('--failure-type <type>', 'of which type that event is')
    .option('--without-failure-event', 'append nothing');
  addExamples(
    command,
    'applications set shop --rate 50 --concurrency 10 --priority low',
    'applications set shop --failure-stream failures --failure-type TimerFailed',
  );
  return addClientFlags(command).action(async (name: string, flags: SetFlags) => {
    await withStore(flags, async ({ store, output }) => {
      const before = await store.applications.get(name);
      const application = await store.applications.setPolicy(name, changed(before, flags));
      await output.show(application, () => applicationText(application));
    });
  });
}

function changed({ policy }: Application, flags: SetFlags): ApplicationPolicy {
  return {
    ratePerSecond: limitAfter(flags.rate, policy.ratePerSecond),
    concurrency: limitAfter(flags.concurrency, policy.concurrency),
    priority: flags.priority ?? policy.priority,
    pendingMax: limitAfter(flags.pendingMax, policy.pendingMax),
    failureEvent: failureEventAfter(flags, policy.failureEvent),
  };
}

function failureEventAfter(
  { failureStream, failureType, withoutFailureEvent }: SetFlags,
  before: ApplicationPolicy['failureEvent'],
): ApplicationPolicy['failureEvent'] {
  const named = failureStream ?? failureType;
  if (withoutFailureEvent === true) {
    if (named === undefined) return undefined;
    throw new CliError('misused', 'say --without-failure-event, or name stream and type of it');
  }
  if (named === undefined) return before;
  const stream = failureStream ?? before?.stream;
  const type = failureType ?? before?.type;
  if (stream !== undefined && type !== undefined) return { stream, type };
  throw new CliError('misused', '--failure-stream and --failure-type go together');
}

/** `applications pause`. */
export function pauseCommand(): Command {
  const command = ofOneApplication('pause', 'begin no attempt of it until it is resumed').option(
    '--note <text>',
    'why, for people',
  );
  addExamples(command, `applications pause shop --note 'the shop is closed'`);
  return addClientFlags(command).action(
    async (name: string, flags: Flags & { readonly note?: string }) => {
      const { note } = flags;
      await withStore(flags, async ({ store, output }) => {
        const options = note === undefined ? {} : { note };
        const application = await store.applications.pause(name, options);
        await output.show(application, () => applicationText(application));
      });
    },
  );
}

/** `applications resume`. */
export function resumeCommand(): Command {
  const command = ofOneApplication('resume', 'end the pause of an application');
  addExamples(command, 'applications resume shop');
  return addClientFlags(command).action(async (name: string, flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      const application = await store.applications.resume(name);
      await output.show(application, () => applicationText(application));
    });
  });
}
