import { Command, Option } from 'commander';
import type { TimedEventRequest } from '../../../src/client/index.js';
import { systemIds } from '../../../src/runtime/index.js';
import { collect, collectPairs, parseExpected, parseTypes } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { timerJson, timerText } from '../timer-text.js';
import { parseDuration, parseMoment } from '../times.js';
import { wholeFile, wholeStdin } from '../whole-input.js';

const METHODS = ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'] as const;

interface ScheduleFlags extends ConnectionFlags, CommonFlags {
  readonly url?: string;
  readonly method?: (typeof METHODS)[number];
  readonly header?: readonly string[];
  readonly stream?: string;
  readonly type?: (string | number)[];
  readonly metadata?: ReadonlyMap<string, string>;
  readonly expected?: number | 'any' | 'no-stream' | 'stream-exists';
  readonly data?: string;
  readonly file?: string;
  readonly in?: number;
  readonly at?: number;
  readonly application: string;
  readonly eventId?: string;
  readonly onExists?: 'reject' | 'ok-if-same' | 'replace';
}

/** `schedule`. */
export function scheduleCommand(): Command {
  const command = new Command('schedule')
    .description('call a URL, or append an event, at a time')
    .option('--url <url>', 'what to call')
    .addOption(new Option('--method <method>', 'how to call it (POST)').choices(METHODS))
    .option('--header <name:value>', 'header of the call; may be repeated', collect)
    .option('--stream <stream>', 'the stream to append to')
    .option('--type <type>', 'type of the event: a name or a code', parseTypes)
    .option('--metadata <key=value>', 'metadata of the event; may be repeated', collectPairs)
    .option('--expected <version>', 'what the stream must be like then', parseExpected)
    .option('--data <json>', 'what is sent or appended, as JSON; - for standard input')
    .option('--file <path>', 'what is sent or appended, from a file: any bytes')
    .option('--in <time>', 'when: so long from now, as 5m or 1h30m', parseDuration)
    .option('--at <time>', 'when: 2026-01-31T12:00:00Z, or milliseconds', parseMoment)
    .option('--application <name>', 'who schedules', 'cassadra')
    .option('--event-id <id>', 'its name within the application; a new UUID')
    .addOption(
      new Option('--on-exists <what>', 'when there is one of this id (reject)').choices([
        ...['reject', 'ok-if-same', 'replace'],
      ]),
    );
  addExamples(
    command,
    `schedule --url https://example.com/remind --data '{"order":7}' --in 30m`,
    'schedule --stream order-7 --type PaymentTimedOut --at 2026-01-31T12:00:00Z --event-id pay-7',
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
  return {
    application,
    eventId,
    due: dueOf(flags),
    ...(await targetOf(flags)),
    ...(onExists === undefined ? {} : { onExists }),
  };
}

function dueOf(flags: ScheduleFlags): TimedEventRequest['due'] {
  if ((flags.in === undefined) === (flags.at === undefined)) {
    throw new CliError('misused', 'say when: one of --in and --at');
  }
  return flags.in === undefined ? (flags.at ?? 0) : { inMs: flags.in };
}

async function targetOf(flags: ScheduleFlags): Promise<Pick<TimedEventRequest, 'http' | 'append'>> {
  const { url, stream } = flags;
  if (url !== undefined && stream === undefined) return { http: await callOf(flags, url) };
  if (stream !== undefined && url === undefined) return { append: await appendOf(flags, stream) };
  throw new CliError('misused', 'say what: --url to call, or --stream and --type to append');
}

async function callOf(
  flags: ScheduleFlags,
  url: string,
): Promise<NonNullable<TimedEventRequest['http']>> {
  const { method, header = [], type, metadata, expected } = flags;
  if ([type, metadata, expected].some((flag) => flag !== undefined)) {
    throw new CliError('misused', '--type, --metadata and --expected go with --stream');
  }
  const headers = header.map(headerOf);
  const content = await contentOf(flags);
  return { url, headers, ...(method === undefined ? {} : { method }), ...content };
}

async function appendOf(
  flags: ScheduleFlags,
  stream: string,
): Promise<NonNullable<TimedEventRequest['append']>> {
  const { method, header, metadata, expected } = flags;
  const [type, ...others] = flags.type ?? [];
  if (type === undefined || others.length > 0) {
    throw new CliError('misused', '--stream needs one --type');
  }
  if (method !== undefined || header !== undefined) {
    throw new CliError('misused', '--method and --header go with --url');
  }
  return {
    ...{ stream, type },
    ...(await contentOf(flags)),
    ...(metadata === undefined ? {} : { metadata: Object.fromEntries(metadata) }),
    ...(expected === undefined ? {} : { expected }),
  };
}

function headerOf(text: string): readonly [string, string] {
  const at = text.indexOf(':');
  if (at < 1) throw new CliError('misused', `--header ${text}: write name:value`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

async function contentOf(
  flags: ScheduleFlags,
): Promise<{ readonly json?: string; readonly bytes?: Uint8Array }> {
  const { data, file } = flags;
  if (data !== undefined && file !== undefined) {
    throw new CliError('misused', 'give --data or --file, not both');
  }
  if (file !== undefined) return { bytes: await wholeFile(file) };
  if (data === undefined) return {};
  return { json: data === '-' ? (await wholeStdin()).toString('utf8') : data };
}
