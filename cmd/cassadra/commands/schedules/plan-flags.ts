import { InvalidArgumentError, Option, type Command } from 'commander';
import type { TimedEventRetry } from '../../../../src/client/index.js';
import { wholeNumberFrom } from '../../arguments.js';
import { addLatenessFlags, type LatenessFlags } from '../../lateness-flags.js';
import { NONE, type NumberOrNone } from '../../number-or-none.js';
import { addTargetFlags, type TargetFlags } from '../../target-flags.js';
import { parseDuration, parseMoment } from '../../times.js';

const OVERLAPS = ['skip', 'allow', 'buffer-one'] as const;
const MISSED = ['fire-once', 'fire-all', 'skip'] as const;
const ATTEMPTS_MAX = 100;
const MISSED_MAX = 1_000;

/** What a schedule asks for: the flags of `addPlanFlags`. */
export interface PlanFlags extends TargetFlags, LatenessFlags {
  readonly cron?: string;
  readonly timeZone?: string;
  readonly every?: number;
  readonly phase?: number;
  readonly start?: NumberOrNone;
  readonly end?: NumberOrNone;
  readonly jitter?: number;
  readonly overlap?: (typeof OVERLAPS)[number];
  readonly missed?: (typeof MISSED)[number];
  readonly missedMax?: number;
  readonly missedPerSecond?: number;
  readonly missedAfter?: number;
  readonly attempts?: TimedEventRetry['attempts'];
  readonly attemptTimeout?: number;
  readonly retention?: number;
}

export function addPlanFlags(command: Command): Command {
  command
    .option('--cron <fields>', 'when: five fields (minute first) or six (second first)')
    .option('--time-zone <name>', 'on the clocks of it, as Europe/Berlin (UTC)')
    .option('--every <time>', 'when: at this distance, as 15m', parseDuration)
    .option('--phase <time>', 'where --every begins, counted from 1970 (0)', parseDuration)
    .option('--start <time>', 'no runs before; none: from its creation on', boundOf)
    .option('--end <time>', 'no runs then or later; none: for ever', boundOf)
    .option('--jitter <time>', 'each run up to so much later (0)', parseDuration)
    .addOption(
      new Option(
        '--overlap <what>',
        'a run while the one before it is not finished (skip)',
      ).choices(OVERLAPS),
    )
    .addOption(
      new Option('--missed <what>', 'runs that no server was there for (fire-once)').choices(
        MISSED,
      ),
    )
    .option('--missed-max <count>', 'with fire-all: how many (100)', wholeNumberFrom(1, MISSED_MAX))
    .option(
      '--missed-per-second <count>',
      'with fire-all: how fast (10)',
      wholeNumberFrom(1, MISSED_MAX),
    )
    .option('--missed-after <time>', 'so late a run counts as missed (1m)', parseDuration)
    .option('--attempts <count>', 'of each run, in all (5)', wholeNumberFrom(1, ATTEMPTS_MAX))
    .option('--attempt-timeout <time>', 'for one attempt (15s)', parseDuration)
    .option('--retention <time>', 'how long a run is kept when it is over', parseDuration);
  return addLatenessFlags(addTargetFlags(command));
}

function boundOf(text: string): NumberOrNone {
  if (text === NONE) return NONE;
  try {
    return parseMoment(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : '';
    throw new InvalidArgumentError(`${problem} Or none.`);
  }
}
