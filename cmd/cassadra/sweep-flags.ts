import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { FailedFilter, SweepOptions } from '../../src/client/index.js';
import { wholeNumberFrom } from './arguments.js';
import { CliError } from './cli-error.js';
import { parseMoment } from './times.js';

const PER_SECOND_MAX = 10_000;
const STATUS_MAX = 999;

/** Which failed timed events, and how fast: the flags of `addSweepFlags`. */
export interface SweepFlags {
  readonly application?: string;
  readonly failedFrom?: number;
  readonly failedUntil?: number;
  readonly dueFrom?: number;
  readonly dueUntil?: number;
  readonly destination?: string;
  readonly status?: readonly number[];
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly perSecond?: number;
  readonly sweepId?: string;
  readonly detach?: boolean;
}

export function addSweepFlags(command: Command): Command {
  return command
    .option('--application <name>', 'only of this application')
    .option('--failed-from <time>', 'only those that failed then or later', parseMoment)
    .option('--failed-until <time>', 'only those that failed before', parseMoment)
    .option('--due-from <time>', 'only those due then or later', parseMoment)
    .option('--due-until <time>', 'only those due before', parseMoment)
    .option('--destination <url>', 'only for this scheme, host and port; append: for appends')
    .option('--status <list>', 'only those answered last with one of these; 0: not', parseStatuses)
    .option('--all', 'all that have failed, of all applications')
    .option('--dry-run', 'only count them, and name some')
    .option('--per-second <count>', 'how many in a second (50)', wholeNumberFrom(1, PER_SECOND_MAX))
    .option('--sweep-id <id>', 'names it: repeating the command begins no other; a new UUID')
    .option('--detach', 'do not wait for its end');
}

/** `500,502,0`. */
function parseStatuses(text: string): readonly number[] {
  const parse = wholeNumberFrom(0, STATUS_MAX);
  const statuses = text.split(',').map((status) => parse(status.trim()));
  if (statuses.length > 0) return statuses;
  throw new InvalidArgumentError('Write 500,502 or the like.');
}

/** Throws CliError: all there are must be asked for in so many words. */
export function filterOf(flags: SweepFlags): FailedFilter {
  const { application, failedFrom, failedUntil, dueFrom, dueUntil, destination, status } = flags;
  const parts = [application, failedFrom, failedUntil, dueFrom, dueUntil, destination, status];
  const some = parts.some((part) => part !== undefined);
  if (some === (flags.all === true)) {
    throw new CliError('misused', 'say which: --application or another filter, or else --all');
  }
  return {
    ...{ application, destination, httpStatuses: status, all: flags.all === true },
    ...{ failedFromMs: failedFrom, failedUntilMs: failedUntil },
    ...{ dueFromMs: dueFrom, dueUntilMs: dueUntil },
  };
}

export function sweepOptionsOf({ dryRun, perSecond, sweepId }: SweepFlags): SweepOptions {
  return {
    dryRun: dryRun === true,
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(sweepId === undefined ? {} : { sweepId }),
  };
}
