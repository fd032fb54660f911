import { Command } from 'commander';
import { tokenHash, type WrittenEntry } from '../../../../src/access/index.js';
import { readEntries, writeEntries } from '../../access-entries.js';
import { CliError } from '../../cli-error.js';
import { addExamples, addJsonFlag, outputOf, type CommonFlags } from '../../client-command.js';
import { secretFrom } from '../../secret-input.js';
import { newCommand } from './new-token.js';

interface FileFlags extends CommonFlags {
  readonly file: string;
}

interface RemoveFlags extends FileFlags {
  readonly hash?: string;
}

/** Of a hash: enough to tell tokens of one caller apart. */
const SHOWN_DIGITS = 8;

/** `tokens` with its subcommands. */
export function tokensCommand(): Command {
  return new Command('tokens')
    .description('make and manage the tokens of callers (ACCESS_FILE); asks no server')
    .addCommand(newCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(hashCommand());
}

function listCommand(): Command {
  const command = inFile('list', 'list the callers of a file and what they may do');
  addExamples(command, 'tokens list --file access.json');
  return addJsonFlag(command).action(async (flags: FileFlags) => {
    const output = outputOf(flags);
    for (const entry of await readEntries(flags.file)) {
      await output.show(entry, () => entryText(entry));
    }
  });
}

function removeCommand(): Command {
  const command = inFile('remove', 'remove a caller, or one of its tokens')
    .argument('<name>', 'as the list shows it')
    .option('--hash <digits>', 'only the token whose hash begins so');
  addExamples(
    command,
    'tokens remove orders --file access.json',
    'tokens remove orders --hash 1f0c94d2 --file access.json',
  );
  return addJsonFlag(command).action(async (name: string, flags: RemoveFlags) => {
    const { file, hash } = flags;
    const entries = await readEntries(file);
    const entry = entries.find((one) => one.name === name);
    if (entry === undefined) throw new CliError('absent', `there is no caller ${name}`);
    const others = entries.filter((one) => one !== entry);
    const left = hash === undefined ? [] : [withoutToken(entry, hash.toLowerCase())];
    await writeEntries(file, [...others, ...left]);
    await outputOf(flags).show({ name, removed: true }, () => 'removed');
  });
}

function hashCommand(): Command {
  const command = new Command('hash').description(
    'print the hash (token_sha256) of a token that is made elsewhere, from standard input',
  );
  addExamples(command, 'tokens hash < token.txt');
  return addJsonFlag(command).action(async (flags: CommonFlags) => {
    const hash = tokenHash(await secretFrom(undefined, 'the token'));
    await outputOf(flags).show({ token_sha256: hash }, () => hash);
  });
}

function inFile(name: string, description: string): Command {
  const flags = '--file <path>';
  return new Command(name).description(description).requiredOption(flags, 'the file of callers');
}

function withoutToken(entry: WrittenEntry, digits: string): WrittenEntry {
  const hashes = entry.token_sha256 ?? [];
  const meant = hashes.filter((hash) => hash.toLowerCase().startsWith(digits));
  if (meant.length === 1) {
    return { ...entry, token_sha256: hashes.filter((hash) => hash !== meant[0]) };
  }
  const found = meant.length === 0 ? 'no token' : `${meant.length} tokens`;
  throw new CliError('absent', `${entry.name} has ${found} whose hash begins with ${digits}`);
}

function entryText(entry: WrittenEntry): string {
  const { name, roles, expires } = entry;
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['tokens', entry.token_sha256?.map((hash) => hash.slice(0, SHOWN_DIGITS))],
    ['certificate', entry.certificate === undefined ? undefined : [entry.certificate]],
    ['jwt', entry.jwt_subject === undefined ? undefined : [entry.jwt_subject]],
    ['streams', entry.stream_prefixes?.map((prefix) => `${prefix}…`)],
    ['applications', entry.applications],
    ['expires', expires === undefined ? undefined : [expires]],
  ];
  const shown = parts.flatMap(([title, values]) =>
    values === undefined ? [] : [`${title} ${values.join(',')}`],
  );
  return [name, roles.join(','), ...shown].join('  ');
}
