import { Command } from 'commander';
import { systemClock, systemTimers } from '../../../src/runtime/index.js';
import { wholeNumberFrom } from '../arguments.js';
import { CliError } from '../cli-error.js';
import { addClientFlags, addExamples, withStore, type CommonFlags } from '../client-command.js';
import type { ConnectionFlags } from '../connection.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Output } from '../output.js';
import { Progress } from '../progress.js';
import { momentText, parseMoment } from '../times.js';
import type { Difference } from '../verify/differences.js';
import { Throttle } from '../verify/throttle.js';
import { verifyFeed, type Verified } from '../verify/verify.js';

interface VerifyFlags extends ConnectionFlags, CommonFlags {
  readonly until?: number;
  readonly rate?: number;
}

/** What is younger may not have reached the feed yet. */
const YOUNG_MS = 10_000;
const RATE_MAX = 10_000_000;

/** `verify`. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('compare the streams with the feed by type: is an event missing, or there twice?')
    .option('--until <time>', 'only events before it; ten seconds ago', parseMoment)
    .option('--rate <events>', 'read so many a second at most', wholeNumberFrom(1, RATE_MAX));
  addExamples(command, 'verify --rate 5000', 'verify --until 2026-01-31T00:00:00Z --json');
  return addClientFlags(command).action(async (flags: VerifyFlags) => {
    const untilMs = flags.until ?? systemClock.nowMs() - YOUNG_MS;
    if (untilMs > systemClock.nowMs()) {
      throw new CliError('misused', '--until is in the future: name a time that is over');
    }
    await withStore(
      flags,
      async ({ store, output }) => {
        const progress = new Progress(process.stderr, systemClock);
        const throttle = new Throttle(flags.rate, { clock: systemClock, timers: systemTimers });
        const verified = await verifyFeed({ store, untilMs, throttle }, (phase, events) =>
          progress.update(() => ({ events, part: undefined, label: phase })),
        ).finally(() => progress.end());
        await report(verified, untilMs, output);
      },
      true,
    );
  });
}

async function report(verified: Verified, untilMs: number, output: Output): Promise<void> {
  const { streams, streamEvents, feedEvents, corrupt, differences, unnamedParts } = verified;
  for (const { stream, message } of corrupt) {
    await output.show({ kind: 'corrupt', ...stream, message }, () => `corrupt: ${message}`);
  }
  for (const found of differences) await output.show(found, () => differenceText(found));
  const sound = corrupt.length + differences.length + unnamedParts === 0;
  const totals = {
    ...{ kind: 'total', sound, untilMs, streams, streamEvents, feedEvents },
    ...{ corrupt: corrupt.length, differences: differences.length, unnamedParts },
  };
  await output.show(totals, () => totalText(verified, untilMs, sound));
  if (!sound) process.exitCode = EXIT_CODES.differs.code;
}

function differenceText({ kind, stream, version, typeCode, savetimeMs, eventId }: Difference) {
  const id = eventId === undefined ? '' : ` id ${eventId}`;
  const where = `${stream} version ${version} type ${typeCode}${id} ${momentText(savetimeMs)}`;
  return `${kind}: ${where}`;
}

function totalText(verified: Verified, untilMs: number, sound: boolean): string {
  const { streams, streamEvents, feedEvents, corrupt, differences, unnamedParts } = verified;
  const counts = `${streams} streams, ${streamEvents} events before ${momentText(untilMs)}`;
  if (sound) return `sound: ${counts}, the same in the feed`;
  const unnamed = unnamedParts === 0 ? '' : `, more in ${unnamedParts} parts that were not named`;
  return (
    `not sound: ${counts}, ${feedEvents} in the feed; ${differences.length} differences` +
    `${unnamed}, ${corrupt.length} corrupt streams. See docs/cli.md`
  );
}
