import type { Command } from 'commander';
import { destinationText } from '../../application-text.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { countOrNone, limitAfter, rateOrNone, type NumberOrNone } from '../../number-or-none.js';
import { ofOneApplication, ofOneDestination } from './one-application.js';

type Flags = ConnectionFlags & CommonFlags;

interface LimitFlags extends Flags {
  readonly rate?: NumberOrNone;
  readonly concurrency?: NumberOrNone;
}

/** `applications destinations`. */
export function destinationsCommand(): Command {
  const command = ofOneApplication(
    'destinations',
    'list destinations that have limits or credentials, or are disabled',
  );
  addExamples(command, 'applications destinations shop');
  return addClientFlags(command).action(async (application: string, flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      for await (const destination of store.applications.destinations(application)) {
        await output.show(destination, () => destinationText(destination));
      }
    });
  });
}

/** `applications limit`. */
export function limitCommand(): Command {
  const command = ofOneDestination(
    'limit',
    'set the limits at a destination, all of them; append: is the event store',
  )
    .option('--rate <number>', 'calls that may begin in a second (none)', rateOrNone)
    .option('--concurrency <count>', 'calls that may be under way at once (none)', countOrNone);
  addExamples(
    command,
    'applications limit shop https://example.com --rate 5 --concurrency 1',
    'applications limit shop https://example.com --rate none',
  );
  return addClientFlags(command).action(
    async (application: string, url: string, flags: LimitFlags) => {
      const { rate, concurrency } = flags;
      const limits = { ratePerSecond: limitAfter(rate), concurrency: limitAfter(concurrency) };
      await withStore(flags, async ({ store, output }) => {
        const set = await store.applications.setDestinationLimits(application, url, limits);
        await output.show(set, () => destinationText(set));
      });
    },
  );
}

/** `applications enable`. */
export function enableCommand(): Command {
  const command = ofOneDestination('enable', 'call a destination again that has answered 410');
  addExamples(command, 'applications enable shop https://example.com');
  return addClientFlags(command).action(async (application: string, url: string, flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      const enabled = await store.applications.enableDestination(application, url);
      await output.show(enabled, () => destinationText(enabled));
    });
  });
}
