import type { Sweep } from '../../api/timed-event.js';
import type { TimersApi } from '../../api/timers.js';

const LOOK_MS = 250;

/** The sweep once it has ended. */
export async function awaitSweep(timers: TimersApi, begun: Sweep): Promise<Sweep> {
  let sweep = begun;
  while (sweep.state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    sweep = await timers.sweep(sweep.sweepId);
  }
  return sweep;
}
