import { Command, Option } from 'commander';
import type { CreatedSigningKey, SigningKeyKind } from '../../../src/client/index.js';
import { keyText } from '../application-text.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { secretFrom } from '../secret-input.js';

type Flags = ConnectionFlags & CommonFlags;

const KINDS: readonly SigningKeyKind[] = ['hmac-sha256', 'ed25519'];

interface CreateFlags extends Flags {
  readonly kind?: SigningKeyKind;
  readonly secretFile?: string;
}

/** `keys` with its subcommands. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('keys with which the calls of an application are signed (Standard Webhooks)')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(deleteCommand());
}

function ofApplication(name: string, description: string): Command {
  return new Command(name).description(description).argument('<application>', 'who schedules');
}

function createCommand(): Command {
  const command = ofApplication('create', 'add a key; prints what receivers verify with')
    .argument('<key-id>', 'its name within the application')
    .addOption(new Option('--kind <kind>', 'how it signs (hmac-sha256)').choices(KINDS))
    .option('--secret-file <path>', 'a key that exists already; - for standard input');
  addExamples(
    command,
    'keys create shop 2026-01 > secret.txt',
    'keys create shop 2026-02 --kind ed25519',
    'keys create shop old --secret-file secret.txt',
  );
  return addClientFlags(command).action(
    async (application: string, keyId: string, flags: CreateFlags) => {
      const { kind, secretFile } = flags;
      const given = secretFile === undefined ? undefined : await secretFrom(secretFile, 'the key');
      await withStore(flags, async ({ store, output }) => {
        const created = await store.applications.createSigningKey(application, {
          keyId,
          ...(kind === undefined ? {} : { kind }),
          ...(given === undefined ? {} : { secret: given }),
        });
        const { key, secret } = created;
        await output.show({ ...key, secret }, () => verifierOf(created));
        if (secret !== undefined) process.stderr.write('keep it: it is not shown again\n');
      });
    },
  );
}

/** What receivers need, alone on its line: the new secret, or the public key. */
function verifierOf({ key, secret }: CreatedSigningKey): string {
  return secret ?? key.publicKey ?? keyText(key);
}

function listCommand(): Command {
  const command = ofApplication('list', 'list the keys of an application, without their secrets');
  addExamples(command, 'keys list shop');
  return addClientFlags(command).action(async (application: string, flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      for (const key of await store.applications.signingKeys(application)) {
        await output.show(key, () => keyText(key));
      }
    });
  });
}

function deleteCommand(): Command {
  const command = ofApplication('delete', 'delete a key').argument('<key-id>', 'as it was created');
  addExamples(command, 'keys delete shop 2026-01');
  return addClientFlags(command).action(
    async (application: string, keyId: string, flags: Flags) => {
      await withStore(flags, async ({ store, output }) => {
        await store.applications.deleteSigningKey(application, keyId);
        await output.show({ application, keyId, deleted: true }, () => 'deleted');
      });
    },
  );
}
