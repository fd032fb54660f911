import type { Command } from 'commander';
import type { Credentials } from '../../../../src/client/index.js';
import { CliError } from '../../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../../client-command.js';
import type { ConnectionFlags } from '../../connection.js';
import { secretFrom } from '../../secret-input.js';
import { ofOneDestination } from './one-application.js';

type Flags = ConnectionFlags & CommonFlags;

interface CredentialFlags extends Flags {
  readonly basic?: string;
  readonly bearer?: boolean;
  readonly mtls?: boolean;
  readonly secretFile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

/** `applications set-credentials`. */
export function setCredentialsCommand(): Command {
  const command = ofOneDestination('set-credentials', 'set how calls identify themselves')
    .option('--basic <user>', 'by this user and a password')
    .option('--bearer', 'by a bearer token')
    .option('--mtls', 'by a certificate: --cert and --key')
    .option('--secret-file <path>', 'file with the password or token; else standard input')
    .option('--cert <path>', 'file with the certificate of the calls, PEM')
    .option('--key <path>', 'file with its private key, PEM, without a pass phrase')
    .option('--ca <path>', 'file with authorities to trust there, PEM (the usual ones)');
  addExamples(
    command,
    'applications set-credentials shop https://example.com --bearer < token.txt',
    'applications set-credentials shop https://example.com --basic ann --secret-file password.txt',
    'applications set-credentials shop https://example.com --mtls --cert c.pem --key k.pem',
  );
  return addClientFlags(command).action(
    async (application: string, url: string, flags: CredentialFlags) => {
      const credentials = await credentialsOf(flags);
      await withStore(flags, async ({ store, output }) => {
        await store.applications.setCredentials(application, url, credentials);
        const { kind } = credentials;
        await output.show({ application, url, kind, set: true }, () => `${kind} credentials set`);
      });
    },
  );
}

async function credentialsOf(flags: CredentialFlags): Promise<Credentials> {
  const { basic: user, bearer, mtls, secretFile, cert, key, ca } = flags;
  if ([user, bearer, mtls].filter((flag) => flag !== undefined).length !== 1) {
    throw new CliError('misused', 'say how: one of --basic, --bearer and --mtls');
  }
  if (mtls === true) {
    if (cert === undefined || key === undefined || secretFile !== undefined) {
      throw new CliError('misused', '--mtls takes --cert and --key, and no --secret-file');
    }
    return {
      kind: 'mtls',
      certificate: await secretFrom(cert, '--cert'),
      privateKey: await secretFrom(key, '--key'),
      ...(ca === undefined ? {} : { ca: await secretFrom(ca, '--ca') }),
    };
  }
  if ([cert, key, ca].some((flag) => flag !== undefined)) {
    throw new CliError('misused', '--cert, --key and --ca go with --mtls');
  }
  if (user === undefined)
    return { kind: 'bearer', token: await secretFrom(secretFile, 'the token') };
  return { kind: 'basic', user, password: await secretFrom(secretFile, 'the password') };
}

/** `applications delete-credentials`. */
export function deleteCredentialsCommand(): Command {
  const command = ofOneDestination('delete-credentials', 'remove how calls identify themselves');
  addExamples(command, 'applications delete-credentials shop https://example.com');
  return addClientFlags(command).action(async (application: string, url: string, flags: Flags) => {
    await withStore(flags, async ({ store, output }) => {
      await store.applications.deleteCredentials(application, url);
      await output.show({ application, url, deleted: true }, () => 'deleted');
    });
  });
}
