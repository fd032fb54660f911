import { Option, type Command } from 'commander';
import type { TimedEventLateness } from '../../src/client/index.js';
import { CliError } from './cli-error.js';
import { parseDuration } from './times.js';

const ACTIONS = ['fire', 'skip', 'dead-letter'] as const;

export interface LatenessFlags {
  readonly maxLateness?: number;
  readonly whenLate?: (typeof ACTIONS)[number];
}

export function addLatenessFlags(command: Command): Command {
  return command
    .option('--max-lateness <time>', 'how late its first attempt may begin', parseDuration)
    .addOption(
      new Option('--when-late <what>', 'what becomes of one that is later').choices(ACTIONS),
    );
}

/** `fire`: as late as it is; undefined: nothing was said. Throws CliError. */
export function latenessOf(flags: LatenessFlags): TimedEventLateness | 'fire' | undefined {
  const { maxLateness, whenLate } = flags;
  if (maxLateness === undefined && (whenLate === undefined || whenLate === 'fire')) return whenLate;
  if (maxLateness === undefined || whenLate === undefined || whenLate === 'fire') {
    throw new CliError('misused', '--max-lateness goes with --when-late skip or dead-letter');
  }
  return { maxMs: maxLateness, action: whenLate };
}
