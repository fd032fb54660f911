import type { Sweep } from '../../api/timed-event.js';
import type { TimersApi } from '../../api/timers.js';
import { pause } from '../../app/pause.js';

const LOOK_MS = 250;

/** The sweep once it has ended. Throws the signal's reason once nobody waits any more. */
export async function awaitSweep(
  timers: TimersApi,
  begun: Sweep,
  signal: AbortSignal,
): Promise<Sweep> {
  let sweep = begun;
  while (sweep.state === 'RUNNING') {
    await pause(LOOK_MS, signal);
    signal.throwIfAborted();
    sweep = await timers.sweep(sweep.sweepId, signal);
  }
  return sweep;
}
