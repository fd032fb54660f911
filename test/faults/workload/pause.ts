import { setTimeout as sleep } from 'node:timers/promises';
import type { Draws } from '../../../src/runtime/index.js';

/** Pauses from half of it to one and a half; over at once when the signal is aborted. */
export async function pauseAbout(ms: number, draws: Draws, signal: AbortSignal): Promise<void> {
  await pause(draws.between(ms / 2, 1.5 * ms), signal);
}

/** Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
