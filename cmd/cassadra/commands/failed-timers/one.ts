import type { Command } from 'commander';
import type { Retried } from '../../../../src/client/index.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { ofOneTimer } from '../../one-timer.js';

type Flags = ConnectionFlags & CommonFlags;

const TEXTS: Readonly<Record<Retried, string>> = {
  started: 'started: the next attempt is due now',
  'in-flight': 'in flight: an attempt is under way',
  finished: 'finished: it has not failed, and nothing was changed',
};

/** `timers retry`. */
export function retryCommand(): Command {
  const command = ofOneTimer('retry', 'make the next attempt of a timed event now');
  addExamples(command, 'timers retry cassadra pay-7');
  return addClientFlags(command).action(
    async (application: string, eventId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        const outcome = await store.timers.retryNow(application, eventId);
        await output.show({ outcome }, () => TEXTS[outcome]);
      });
    },
  );
}

/** `timers purge`. */
export function purgeCommand(): Command {
  const command = ofOneTimer('purge', 'delete a timed event that has failed');
  addExamples(command, 'timers purge cassadra pay-7');
  return addClientFlags(command).action(
    async (application: string, eventId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        await store.timers.purge(application, eventId);
        await output.show({ application, eventId, purged: true }, () => 'deleted');
      });
    },
  );
}
