import { Command } from 'commander';
import type { Cassadra } from '../../../src/client/index.js';
import { systemClock } from '../../../src/runtime/index.js';
import { collect } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { EXIT_CODES } from '../exit-codes.js';
import { Output } from '../output.js';
import { Progress } from '../progress.js';
import { createExport, resumeExport, type ResumedFile } from '../transfer/export-file.js';
import type { Selection } from '../transfer/export-format.js';
import { exportStreams, type ExportCounts } from '../transfer/exporter.js';
import { StreamCount } from '../transfer/stream-count.js';

interface ExportFlags extends ConnectionFlags, CommonFlags {
  readonly prefix?: string;
  readonly stream?: readonly string[];
  readonly resume?: boolean;
}

/** `export`. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write streams as JSON lines, for `import`')
    .argument('<file>', 'a new file; - for standard output')
    .option('--prefix <text>', 'only streams whose name begins with it')
    .option('--stream <stream>', 'only this stream; may be repeated', collect)
    .option('--resume', 'go on with a file whose export was stopped');
  addExamples(
    command,
    'export events.jsonl',
    'export events.jsonl --resume',
    'export - --prefix order- | gzip > orders.gz',
  );
  return addClientFlags(command).action(async (path: string, flags: ExportFlags) => {
    const asked = selectionOf(flags);
    const opened = await openFile(path, asked, flags.resume === true);
    await withStore(
      flags,
      async ({ store }) => {
        const counts = await run(store, opened, path);
        // with `-` the events themselves stand on standard output
        const place = path === '-' ? process.stderr : process.stdout;
        const output = new Output(place, flags.json === true);
        await output.show({ file: path, ...counts }, () => summary(path, opened, counts));
        if (counts.corrupt > 0) process.exitCode = EXIT_CODES.differs.code;
      },
      true,
    );
  });
}

function selectionOf({ prefix, stream }: ExportFlags): Selection | undefined {
  if (prefix !== undefined && stream !== undefined) {
    throw new CliError('misused', 'give --prefix or --stream, not both');
  }
  if (prefix !== undefined) return { kind: 'prefix', prefix };
  return stream === undefined ? undefined : { kind: 'streams', streams: [...new Set(stream)] };
}

interface OpenedFile extends Omit<ResumedFile, 'selection'> {
  readonly selection: Selection;
  readonly header: boolean;
}

async function openFile(
  path: string,
  asked: Selection | undefined,
  resume: boolean,
): Promise<OpenedFile> {
  const selection = asked ?? { kind: 'all' };
  const fresh = { selection, place: { kind: 'start' }, header: true } as const;
  if (path === '-') {
    if (resume) throw new CliError('misused', '--resume needs a file');
    const output = new Output(process.stdout, false);
    const sink = { line: (text: string) => output.line(text), close: () => Promise.resolve() };
    return { ...fresh, sink };
  }
  if (!resume) return { ...fresh, sink: await createExport(path) };
  const resumed = await resumeExport(path);
  if (resumed.selection === undefined) return { ...fresh, sink: resumed.sink };
  if (asked !== undefined && JSON.stringify(asked) !== JSON.stringify(resumed.selection)) {
    await resumed.sink.close();
    const advice = 'leave --prefix and --stream out, or begin a new file';
    throw new CliError('misused', `${path} was begun for other streams: ${advice}`);
  }
  return { ...resumed, selection: resumed.selection, header: false };
}

async function run(store: Cassadra, opened: OpenedFile, path: string): Promise<ExportCounts> {
  const progress = new Progress(process.stderr, systemClock);
  const shown = path !== '-' || process.stderr.isTTY;
  const total = new StreamCount();
  // how many there are is asked only where somebody looks at it
  if (process.stderr.isTTY && opened.place.kind === 'start') total.begin(store, opened.selection);
  try {
    return await exportStreams({
      ...{ store, ...opened, nowMs: systemClock.nowMs() },
      onProgress: ({ events, streams }) => {
        if (shown) progress.update(() => ({ events, part: total.part(streams) }));
      },
      onCorrupt: (stream, message) => {
        progress.end();
        process.stderr.write(`cassadra: ${stream}: ${message}\n`);
      },
    });
  } finally {
    total.end();
    progress.end();
    await opened.sink.close();
  }
}

function summary(path: string, { place }: OpenedFile, counts: ExportCounts): string {
  if (place.kind === 'finished') return `${path} was finished already`;
  const { events, streams, corrupt } = counts;
  const torn = corrupt === 0 ? '' : `; ${corrupt} streams have holes: see above`;
  const after = place.kind === 'after' ? ', after those that were there' : '';
  return `${path}: ${events} events of ${streams} streams${after}${torn}`;
}
