import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { systemClock, systemIds } from '../../../src/runtime/index.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { EXIT_CODES } from '../exit-codes.js';
import { linesOf } from '../lines.js';
import { Progress } from '../progress.js';
import { batchesOf, type ImportInput } from '../transfer/import-batches.js';
import { Importer, type ImportCounts } from '../transfer/importer.js';

interface ImportFlags extends ConnectionFlags, CommonFlags {
  readonly skipPresent?: boolean;
}

/** `import`. */
export function importCommand(): Command {
  const command = new Command('import')
    .description('append what `export` has written: same streams, versions, ids and metadata')
    .argument('<file>', 'the export; - for standard input')
    .option('--skip-present', 'do not compare versions that the store has already');
  addExamples(command, 'import events.jsonl', 'import - --server other:8080 < events.jsonl');
  return addClientFlags(command).action(async (path: string, flags: ImportFlags) => {
    const source = await sourceOf(path);
    const input: ImportInput = { complete: false, header: false };
    await withStore(
      flags,
      async ({ store, output }) => {
        const progress = new Progress(process.stderr, systemClock);
        const pipeline = store.appendMany();
        const importer = new Importer({
          ...{ store, pipeline, ids: systemIds, skipPresent: flags.skipPresent === true },
          onProgress: (counts) => progress.update(() => amountOf(counts, source.sizeBytes)),
          onRefused: (stream, reason, message) => {
            progress.end();
            process.stderr.write(`cassadra: ${stream}: ${reason}: ${message}\n`);
          },
        });
        const counts = await importer
          .import(batchesOf(linesOf(source.open()), input))
          .finally(() => progress.end());
        await pipeline.close();
        const { appended, present, refused } = counts;
        const result = { appended, present, refused, complete: input.complete };
        await output.show(result, () => summary(counts, input));
        if (refused > 0 || !input.complete) process.exitCode = EXIT_CODES.differs.code;
      },
      true,
    );
  });
}

interface Source {
  open(): AsyncIterable<Buffer>;
  readonly sizeBytes: number | undefined;
}

async function sourceOf(path: string): Promise<Source> {
  if (path === '-') return { open: () => process.stdin, sizeBytes: undefined };
  try {
    const { size } = await stat(path);
    return { open: () => createReadStream(path, { highWaterMark: 262_144 }), sizeBytes: size };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('misused', `${path} cannot be read: ${reason}`);
  }
}

function amountOf(counts: ImportCounts, sizeBytes: number | undefined) {
  const { appended, present, inputBytes } = counts;
  const part = sizeBytes === undefined || sizeBytes === 0 ? undefined : inputBytes / sizeBytes;
  return { events: appended + present, part };
}

function summary({ appended, present, refused }: ImportCounts, input: ImportInput): string {
  const there = present === 0 ? '' : `, ${present} were there already`;
  const left = refused === 0 ? '' : `; ${refused} streams were refused: see above`;
  const cut = input.complete ? '' : '; the end of the export is missing: go on with it by --resume';
  return `${appended} events appended${there}${left}${cut}`;
}
