import type { Sweep } from '../../src/client/index.js';
import { systemClock } from '../../src/runtime/index.js';
import type { ClientCall } from './client-command.js';
import { EXIT_CODES } from './exit-codes.js';
import { untilInterrupted } from './interrupts.js';
import { Progress } from './progress.js';
import { sweepReport } from './sweep-text.js';

/**
 * Shows how far a sweep is until it is over, then what it has done. Ctrl-C ends the showing only:
 * the servers go on with it.
 */
export async function followSweep(
  { store, output }: ClientCall,
  { sweepId }: Sweep,
): Promise<void> {
  const signal = untilInterrupted();
  const progress = new Progress(process.stderr, systemClock);
  try {
    const onProgress = ({ action, dryRun, scanned, changed }: Sweep): void =>
      progress.update(() => ({
        events: dryRun ? scanned : changed,
        part: undefined,
        label: dryRun ? `${action} (dry run)` : action,
      }));
    const sweep = await store.timers.sweepUntilDone(sweepId, { onProgress, signal });
    progress.end();
    await output.show(sweep, () => sweepReport(sweep));
    if (sweep.state !== 'done') process.exitCode = EXIT_CODES.differs.code;
  } catch (error) {
    progress.end();
    if (!signal.aborted) throw error;
    const look = `cassadra timers sweep ${sweepId}`;
    process.stderr.write(`it goes on. To look at it: ${look}; to end it: ${look} --cancel\n`);
    process.exitCode = EXIT_CODES.interrupted.code;
  }
}
