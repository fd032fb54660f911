/** A call that takes longer is not waited for: its connection may be dead. */
const STUCK_MS = 30_000;

/** Whether a call is under way that may still be answered; undefined: there is none. */
export function isUnderWay(beganMs: number | undefined): boolean {
  return beganMs !== undefined && Date.now() - beganMs < STUCK_MS;
}
