import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SUITES } from './suites/index.js';
import type { Suite } from './model/suite.js';

export interface Arguments {
  readonly suites: readonly Suite[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSecondsMax: number;
  /** Where the lines of the run go to, or come from. */
  readonly file: string;
  /** Where tables and plots go: beside the file, unless all was measured. */
  readonly reportFolder: string;
  /** Whether all suites and subjects take part. */
  readonly all: boolean;
  /** Whether the lines are those that the project publishes. */
  readonly isLatest: boolean;
  /** Makes no run: writes the report from the file again. */
  readonly reportOnly: boolean;
  /** Whether docs/capacity.md gets its tables from the lines: they are those that are kept. */
  readonly growthKept: boolean;
  readonly check: boolean;
  /** The lines are added to those of the file: what it has of the same suites counts no more. */
  readonly add: boolean;
}

/** The command line was wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run bench -- [options] [suite …]
  suites: ${SUITES.map(({ name }) => name).join(', ')}
  (default: all but those of growth, which take long)
  --rounds N       rounds, interleaved (3)
  --seconds N      length of each measurement (8)
  --warm-up N      upper limit of a suite's warm-up in seconds (none); the JVM wants 60
  --only TEXT      only subjects whose name holds the text; may be given again
  --size-max N     growth: only stores up to that size
  --file FILE      lines of the run (bench/results/latest.jsonl; of some suites part.jsonl, with
                   its report beside it; of growth growth.jsonl or growth-cassandra.jsonl)
  --add            some suites anew: their lines are added to those of latest.jsonl, and count
  --report         no run: tables, plots and --check from the lines of the file
  --check          exit 1 when an aim that was measured is missed, and name it`;

/** `folder` is that of results, below bench/. */
export function parseArguments(args: readonly string[], folder: string): Arguments {
  const { values, positionals } = parse(args);
  const named = positionals.map(suiteOf);
  const suites =
    named.length === 0 ? SUITES.filter(({ onlyByName }) => onlyByName !== true) : named;
  const whole = values.only === undefined && values['size-max'] === undefined;
  const all = named.length === 0 && whole;
  const add = values.add ?? false;
  const kept = add ? 'latest.jsonl' : whole ? fileOf(named) : 'part.jsonl';
  const file = resolve(values.file ?? join(folder, kept));
  const isLatest = values.file === undefined && kept === 'latest.jsonl';
  const sizeMax = numberOf('size-max', values['size-max'], Number.MAX_SAFE_INTEGER);
  return {
    all,
    file,
    reportFolder: isLatest ? dirname(folder) : dirname(file),
    isLatest,
    add,
    suites: upTo(sizeMax, values.only === undefined ? suites : narrowed(suites, values.only)),
    rounds: numberOf('rounds', values.rounds, 3),
    seconds: numberOf('seconds', values.seconds, 8),
    warmUpSecondsMax: numberOf('warm-up', values['warm-up'], Number.MAX_SAFE_INTEGER, 0),
    growthKept: values.file === undefined && basename(file).startsWith('growth'),
    reportOnly: values.report ?? false,
    check: values.check ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        'warm-up': { type: 'string' },
        only: { type: 'string', multiple: true },
        'size-max': { type: 'string' },
        file: { type: 'string' },
        report: { type: 'boolean' },
        add: { type: 'boolean' },
        check: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function suiteOf(name: string): Suite {
  const suite = SUITES.find((it) => it.name === name);
  if (suite === undefined) throw new UsageError(`there is no suite "${name}"`);
  return suite;
}

/** Of suites that run by name alone each has its own, which is kept. */
function fileOf([first, ...others]: readonly Suite[]): string {
  if (first === undefined) return 'latest.jsonl';
  return first.onlyByName === true && others.length === 0 ? `${first.name}.jsonl` : 'part.jsonl';
}

function upTo(sizeMax: number, suites: readonly Suite[]): Suite[] {
  return suites.map((suite) => ({
    ...suite,
    workloads: suite.workloads.filter((it) => it.kind !== 'growth' || it.size <= sizeMax),
  }));
}

/** Aims by ratio are then not measured, unless both subjects are there. */
function narrowed(suites: readonly Suite[], texts: readonly string[]): Suite[] {
  return suites.map((suite) => ({
    ...suite,
    subjects: suite.subjects.filter(({ name }) => texts.some((text) => name.includes(text))),
  }));
}

function numberOf(name: string, text: string | undefined, absent: number, least = 1): number {
  const value = text === undefined ? absent : Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`--${name} takes a whole number from ${String(least)}, not "${text ?? ''}"`);
}
