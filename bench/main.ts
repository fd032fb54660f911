import { appendFileSync, mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments, USAGE, UsageError, type Arguments } from './arguments.js';
import { thisMachine } from './measure/machine.js';
import { missedAims } from './report/aims-table.js';
import { writeGrowth } from './report/growth-report.js';
import { Results } from './report/results.js';
import { writeReport, writeSummary } from './report/write-report.js';
import { runSuite } from './run/run-suite.js';
import { openPlace } from './services/open-place.js';

/** bench/, seen from bench/dist/main.js. */
const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const README = `${FOLDER}../README.md`;
const GROWTH = { document: `${FOLDER}../docs/capacity.md`, plots: `${FOLDER}plots` };
/** statfs(2) */
const TMPFS = 0x01021994;

async function measure({ suites, file, add, ...options }: Arguments): Promise<void> {
  refuseMemory(process.env['BENCH_FOLDER'] ?? tmpdir());
  mkdirSync(dirname(file), { recursive: true });
  const write = add ? appendFileSync : writeFileSync;
  write(file, `${JSON.stringify(thisMachine(Date.now()))}\n`);
  for (const suite of suites) {
    const place = await openPlace();
    try {
      await runSuite(suite, place, {
        ...options,
        write: (line) => appendFileSync(file, `${JSON.stringify(line)}\n`),
        say: (text) => console.log(text),
      });
    } finally {
      await place.close();
    }
  }
}

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2), `${FOLDER}results`);
  try {
    if (!args.reportOnly) await measure(args);
  } finally {
    await writeReport(new Results(args.file), args.reportFolder);
    if (args.isLatest) await writeSummary(new Results(args.file), README);
    if (args.growthKept) await writeGrowth(new Results(args.file), GROWTH);
  }
  const missed = missedAims(new Results(args.file), args.all);
  for (const text of missed) console.log(`missed: ${text}`);
  if (args.check && missed.length > 0) process.exitCode = 1;
}

/** What is flushed to memory is flushed at once, and says nothing. */
function refuseMemory(folder: string): void {
  if (statfsSync(folder).type !== TMPFS) return;
  throw new UsageError(`${folder} is in memory: name a folder on a disk by BENCH_FOLDER`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
