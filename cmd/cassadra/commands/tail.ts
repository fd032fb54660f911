import { Command, Option } from 'commander';
import type { SubscribeOptions, SubscriptionItem } from '../../../src/client/index.js';
import { collectPairs, parseTypes } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, outputOf, type CommonFlags } from '../client-command.js';
import { openStore, type ConnectionFlags } from '../connection.js';
import { eventJson, eventText } from '../event-json.js';
import { untilInterrupted } from '../interrupts.js';

interface TailFlags extends ConnectionFlags, CommonFlags {
  readonly types?: (string | number)[];
  readonly stream?: string;
  readonly all?: boolean;
  readonly from?: 'start' | 'now';
  readonly cursor?: string;
  readonly eager?: boolean;
  readonly streamPrefix?: string;
  readonly metadata?: ReadonlyMap<string, string>;
}

/** `tail`. */
export function tailCommand(): Command {
  const command = new Command('tail')
    .description('print events as they come, until Ctrl-C')
    .option('--types <list>', 'of these types: names or codes with commas between', parseTypes)
    .option('--stream <stream>', 'of this stream')
    .option('--all', 'all events, where the storage orders them all')
    .addOption(new Option('--from <place>', 'where to begin').choices(['start', 'now']))
    .option('--cursor <cursor>', 'go on after this place, as it was printed')
    .option('--stream-prefix <text>', 'only of streams whose name begins so')
    .option('--metadata <key=value>', 'only with this metadata; may be repeated', collectPairs)
    .option('--eager', 'print events of the same server before the feed has got there');
  addExamples(
    command,
    'tail --types OrderPlaced,OrderPaid --from now',
    'tail --all --json | jq .json',
  );
  return addClientFlags(command).action(tail);
}

async function tail(flags: TailFlags): Promise<void> {
  const output = outputOf(flags);
  const options = subscriptionOf(flags);
  const signal = untilInterrupted();
  const store = openStore(flags);
  const passed: { cursor?: string } = {};
  try {
    const subscription = store.subscribe({ ...options, signal });
    for await (const item of subscription) {
      await output.line(output.json ? itemJson(item) : itemText(item));
      if (item.cursor !== undefined) passed.cursor = item.cursor;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await store.close();
  }
  if (!output.json && passed.cursor !== undefined) {
    process.stderr.write(`to go on from here: --cursor ${passed.cursor}\n`);
  }
}

function subscriptionOf(flags: TailFlags): SubscribeOptions {
  const { from, cursor, eager, metadata, streamPrefix } = flags;
  const filter = {
    ...(streamPrefix === undefined ? {} : { streamPrefix }),
    ...(metadata === undefined ? {} : { metadata: Object.fromEntries(metadata) }),
  };
  return {
    ...sourceOf(flags),
    ...(from === undefined ? {} : { from }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(eager === undefined ? {} : { eager }),
    ...(Object.keys(filter).length === 0 ? {} : { filter }),
  };
}

type Source =
  | { readonly stream: string }
  | { readonly types: readonly (string | number)[] }
  | { readonly all: true };

function sourceOf({ types, stream, all }: TailFlags): Source {
  const given = [types, stream, all].filter((value) => value !== undefined).length;
  if (given !== 1) throw new CliError('misused', 'give one of --types, --stream and --all');
  if (types !== undefined) return { types };
  return stream === undefined ? { all: true } : { stream };
}

function itemJson(item: SubscriptionItem): string {
  const { kind, cursor } = item;
  const place = cursor === undefined ? {} : { cursor };
  if (kind === 'event') return JSON.stringify({ ...eventJson(item.event), ...place });
  return JSON.stringify({ kind, ...place });
}

function itemText(item: SubscriptionItem): string {
  return item.kind === 'event' ? eventText(item.event) : `-- ${item.kind} --`;
}
