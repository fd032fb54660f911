import { Command } from 'commander';
import { wholeNumberFrom } from '../arguments.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { printable } from '../printable.js';

const CODE_MIN = -2_147_483_648;
const CODE_MAX = 999_999_999;

/** `types` with `types list` (which `types` alone does, too) and `types declare`. */
export function typesCommand(): Command {
  return new Command('types')
    .description('list event types, or give one its code')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(declareCommand());
}

function listCommand(): Command {
  const command = new Command('list').description('list event types by code');
  addExamples(command, 'types', 'types list --json');
  return addClientFlags(command).action(async (flags: ConnectionFlags & CommonFlags) => {
    await withStore(flags, async ({ store, output }) => {
      for await (const { name, code } of store.listTypes()) {
        await output.show({ code, ...(name === undefined ? {} : { name }) }, () =>
          name === undefined ? String(code) : printable(`${code} ${name}`),
        );
      }
    });
  });
}

function declareCommand(): Command {
  const command = new Command('declare')
    .description('give a type a code, for ever')
    .argument('<name>', 'name of the type')
    .argument('<code>', `from ${CODE_MIN} to ${CODE_MAX}`, wholeNumberFrom(CODE_MIN, CODE_MAX));
  addExamples(command, 'types declare PatientAdmitted 1');
  return addClientFlags(command).action(
    async (name: string, code: number, flags: ConnectionFlags & CommonFlags) => {
      await withStore(flags, async ({ store, output }) => {
        await store.declareType(name, code);
        await output.show({ name, code }, () => `${name} has code ${code}`);
      });
    },
  );
}
