/** After about so long an entry comes again; the more of them there are, the later. */
const WAIT_MS = { min: 1_000, max: 15_000, forEach: 0.5 };

/** When entries come again for which there is no room: spread, so that few come at once. */
export class OverflowWaits {
  #fromMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** `chance`: from 0 to below 1. */
  nextMs(nowMs: number, chance: number): number {
    if (Math.abs(nowMs - this.#fromMs) >= WAIT_MS.min) {
      this.#fromMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    const waitMs = Math.min(WAIT_MS.max / 1.5, WAIT_MS.min + this.#count * WAIT_MS.forEach);
    return nowMs + Math.ceil(waitMs * (0.5 + chance));
  }
}
