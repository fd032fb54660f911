import { Command } from 'commander';
import type { NewEvent } from '../../../src/client/index.js';
import { isJson } from '../../../src/core/index.js';
import { collectPairs, parseExpected, parseTypes } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { linesOf } from '../lines.js';
import { newEventOf } from '../new-events.js';
import { textOf, wholeFile, wholeStdin } from '../whole-input.js';

interface AppendFlags extends ConnectionFlags, CommonFlags {
  readonly type?: string;
  readonly data?: string;
  readonly file?: string;
  readonly empty?: boolean;
  readonly binary?: boolean;
  readonly contentType?: string;
  readonly eventId?: string;
  readonly metadata?: ReadonlyMap<string, string>;
  readonly expected: number | 'any' | 'no-stream' | 'stream-exists';
}

/** `append`. */
export function appendCommand(): Command {
  const command = new Command('append')
    .description('append one event, or those of JSON lines on standard input, all or none')
    .argument('<stream>', 'a name or a UUID')
    .option('--type <type>', 'name of the event’s type, or its code; without it: JSON lines')
    .option('--data <json>', 'what it says, as JSON; - for standard input')
    .option('--file <path>', 'what it says, from a file')
    .option('--empty', 'it says nothing more than its type')
    .option('--binary', 'it is bytes, not JSON')
    .option('--content-type <type>', 'media type of what it says')
    .option('--event-id <uuid>', 'its id: repeating the command then appends nothing new')
    .option('--metadata <key=value>', 'said besides; may be repeated', collectPairs)
    .option(
      '--expected <version>',
      'a version (0: no stream), any, no-stream or stream-exists',
      parseExpected,
      'any',
    );
  addExamples(
    command,
    `append order-7 --type OrderPlaced --data '{"total":12}' --expected no-stream`,
    'append order-7 --type Scanned --file label.png --binary --content-type image/png',
    `append order-7 <<< '{"type":"OrderPaid","data":{"by":"card"}}'`,
  );
  return addClientFlags(command).action(async (stream: string, flags: AppendFlags) => {
    const events = await eventsOf(flags);
    await withStore(flags, async ({ store, output }) => {
      const appended = await store.append(stream, events, { expected: flags.expected });
      const { firstVersion, lastVersion, duplicate } = appended;
      const versions =
        firstVersion === lastVersion
          ? `version ${lastVersion}`
          : `versions ${firstVersion} to ${lastVersion}`;
      await output.show({ stream, ...appended }, () =>
        duplicate ? `${stream} has them already: ${versions}` : `${stream}: ${versions}`,
      );
    });
  });
}

async function eventsOf(flags: AppendFlags): Promise<NewEvent[]> {
  return flags.type === undefined ? eventsOfLines(flags) : [await singleEvent(flags, flags.type)];
}

async function eventsOfLines(flags: AppendFlags): Promise<NewEvent[]> {
  const { data, file, empty, binary, contentType, eventId, metadata } = flags;
  const alone = [data, file, empty, binary, contentType, eventId, metadata];
  if (alone.some((value) => value !== undefined) || process.stdin.isTTY) {
    throw new CliError('misused', 'give --type, or events as JSON lines on standard input');
  }
  const events: NewEvent[] = [];
  for await (const line of linesOf(process.stdin)) events.push(newEventOf(line));
  if (events.length === 0) throw new CliError('misused', 'standard input holds no event');
  return events;
}

async function singleEvent(flags: AppendFlags, named: string): Promise<NewEvent> {
  const [type, ...others] = parseTypes(named);
  if (type === undefined || others.length > 0) {
    throw new CliError('misused', '--type names one type');
  }
  const { contentType, eventId, metadata } = flags;
  return {
    type,
    ...(await contentOf(flags)),
    ...(contentType === undefined ? {} : { contentType }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(metadata === undefined ? {} : { metadata: Object.fromEntries(metadata) }),
  };
}

async function contentOf(flags: AppendFlags): Promise<Pick<NewEvent, 'json' | 'bytes'>> {
  const { data, file, empty, binary } = flags;
  if ([data, file, empty].filter((given) => given !== undefined).length !== 1) {
    throw new CliError('misused', 'give one of --data (- for standard input), --file and --empty');
  }
  if (empty === true) return {};
  const content = file === undefined ? await dataOf(data) : await wholeFile(file);
  if (binary === true) return { bytes: content };
  return { json: requireJson(content) };
}

async function dataOf(data: string | undefined): Promise<Buffer> {
  return data === '-' ? wholeStdin() : Buffer.from(data ?? '');
}

/** The text as it is, so that no digit of a number is lost. */
function requireJson(content: Buffer): string {
  const text = textOf(content, 'the data').replace(/\r?\n$/, '');
  if (isJson(text)) return text;
  throw new CliError('misused', 'the data is not JSON: correct it, or say --binary');
}
