import { Option, type Command } from 'commander';
import type { HttpCallRequest, RunTarget, ScheduledAppendRequest } from '../../src/client/index.js';
import { collect, collectPairs, parseExpected, parseTypes } from './arguments.js';
import { CliError } from './cli-error.js';
import { wholeFile, wholeStdin } from './whole-input.js';

const METHODS = ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'] as const;

/** What is done at the time: the flags of `addTargetFlags`. */
export interface TargetFlags {
  readonly url?: string;
  readonly method?: (typeof METHODS)[number];
  readonly header?: readonly string[];
  readonly stream?: string;
  readonly type?: (string | number)[];
  readonly metadata?: ReadonlyMap<string, string>;
  readonly expected?: number | 'any' | 'no-stream' | 'stream-exists';
  readonly data?: string;
  readonly file?: string;
}

/** Whether any of them is given. */
export function hasTargetFlags(flags: TargetFlags): boolean {
  const { url, method, header, stream, type, metadata, expected, data, file } = flags;
  const given = [url, method, header, stream, type, metadata, expected, data, file];
  return given.some((flag) => flag !== undefined);
}

export function addTargetFlags(command: Command): Command {
  return command
    .option('--url <url>', 'what to call')
    .addOption(new Option('--method <method>', 'how to call it (POST)').choices(METHODS))
    .option('--header <name:value>', 'header of the call; may be repeated', collect)
    .option('--stream <stream>', 'the stream to append to')
    .option('--type <type>', 'type of the event: a name or a code', parseTypes)
    .option('--metadata <key=value>', 'metadata of the event; may be repeated', collectPairs)
    .option('--expected <version>', 'what the stream must be like then', parseExpected)
    .option('--data <json>', 'what is sent or appended, as JSON; - for standard input')
    .option('--file <path>', 'what is sent or appended, from a file: any bytes');
}

/** Throws CliError. */
export async function targetOf(flags: TargetFlags): Promise<RunTarget> {
  const { url, stream } = flags;
  if (url !== undefined && stream === undefined) return { http: await callOf(flags, url) };
  if (stream !== undefined && url === undefined) return { append: await appendOf(flags, stream) };
  throw new CliError('misused', 'say what: --url to call, or --stream and --type to append');
}

async function callOf(flags: TargetFlags, url: string): Promise<HttpCallRequest> {
  const { method, header = [], type, metadata, expected } = flags;
  if ([type, metadata, expected].some((flag) => flag !== undefined)) {
    throw new CliError('misused', '--type, --metadata and --expected go with --stream');
  }
  const headers = header.map(headerOf);
  const content = await contentOf(flags);
  return { url, headers, ...(method === undefined ? {} : { method }), ...content };
}

async function appendOf(flags: TargetFlags, stream: string): Promise<ScheduledAppendRequest> {
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
  flags: TargetFlags,
): Promise<{ readonly json?: string; readonly bytes?: Uint8Array }> {
  const { data, file } = flags;
  if (data !== undefined && file !== undefined) {
    throw new CliError('misused', 'give --data or --file, not both');
  }
  if (file !== undefined) return { bytes: await wholeFile(file) };
  if (data === undefined) return {};
  return { json: data === '-' ? (await wholeStdin()).toString('utf8') : data };
}
