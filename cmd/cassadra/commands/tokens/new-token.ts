import { Command, InvalidArgumentError } from 'commander';
import {
  newToken,
  ROLES,
  tokenHash,
  type Role,
  type WrittenEntry,
} from '../../../../src/access/index.js';
import { checkedText, readEntriesIfAny, writeEntries } from '../../access-entries.js';
import { collect } from '../../arguments.js';
import { CliError } from '../../cli-error.js';
import { addExamples, addJsonFlag, outputOf, type CommonFlags } from '../../client-command.js';
import { parseMoment } from '../../times.js';

interface NewFlags extends CommonFlags {
  readonly name: string;
  readonly roles?: readonly Role[];
  readonly streamPrefix?: readonly string[];
  readonly application?: readonly string[];
  readonly expires?: number;
  readonly file?: string;
}

/** `tokens new`. */
export function newCommand(): Command {
  const command = new Command('new')
    .description('make a token, for a new caller or as one more of a caller in the file')
    .requiredOption('--name <name>', 'who it is for, as the log names it')
    .option('--roles <list>', `what the caller may do: some of ${ROLES.join(', ')}`, parseRoles)
    .option('--stream-prefix <text>', 'only streams that begin so; may be repeated', collect)
    .option('--application <name>', 'only this one’s timed events; may be repeated', collect)
    .option('--expires <time>', 'when the caller is nobody any more', parseMoment)
    .option('--file <path>', 'the file to add it to (ACCESS_FILE of the server)');
  addExamples(
    command,
    'tokens new --name ops --roles read,append,schedule,admin --file access.json',
    'tokens new --name orders --roles read,append --stream-prefix order- --file access.json',
    'tokens new --name orders --file access.json',
  );
  return addJsonFlag(command).action(async (flags: NewFlags) => {
    const token = newToken();
    const { file } = flags;
    const callers = file === undefined ? [] : await readEntriesIfAny(file);
    const entry = entryOf(flags, callers, tokenHash(token));
    const others = callers.filter(({ name }) => name !== entry.name);
    const output = outputOf(flags);
    if (file === undefined) {
      const text = checkedText('the entry', [entry]);
      await output.show({ token, entry }, () => `${token}\n${text.trimEnd()}`);
    } else {
      await writeEntries(file, [...others, entry]);
      await output.show({ token, entry }, () => token);
    }
    process.stderr.write('keep the token: it is not shown again\n');
  });
}

/** A further token changes nothing about what its caller may do. */
function entryOf(flags: NewFlags, callers: readonly WrittenEntry[], hash: string): WrittenEntry {
  const { name, roles, streamPrefix, application, expires } = flags;
  const known = callers.find((caller) => caller.name === name);
  const given = [roles, streamPrefix, application, expires].some((flag) => flag !== undefined);
  if (known !== undefined && given) {
    throw new CliError(
      'conflict',
      `${name} is there already: leave out what it may do, or remove it`,
    );
  }
  if (known !== undefined) {
    return { ...known, token_sha256: [...(known.token_sha256 ?? []), hash] };
  }
  if (roles === undefined) throw new CliError('misused', 'say what it may do: --roles');
  return {
    name,
    token_sha256: [hash],
    roles: [...roles],
    ...(streamPrefix === undefined ? {} : { stream_prefixes: [...streamPrefix] }),
    ...(application === undefined ? {} : { applications: [...application] }),
    ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
  };
}

function parseRoles(text: string): readonly Role[] {
  const words = text.split(',').map((word) => word.trim());
  return words.map((word) => {
    const role = ROLES.find((one) => one === word);
    if (role === undefined) throw new InvalidArgumentError(`Write some of ${ROLES.join(', ')}.`);
    return role;
  });
}
