/** What a server's parent says about its clock, and what is answered when it is so. */
export interface ClockMessage {
  /** How far the wall clock is ahead of the right time; negative: behind. */
  readonly aheadMs: number;
}

/** Environment: how wrong the clock is from the start on. */
export const AHEAD_VARIABLE = 'FAULTS_CLOCK_AHEAD_MS';

export function isClockMessage(message: unknown): message is ClockMessage {
  return typeof message === 'object' && message !== null && 'aheadMs' in message;
}
