/** Twenty in a row are no accident; fewer would let one slow deployment of a receiver trip it. */
export const FAILURES_TO_OPEN = 20;
/** One probe a second finds out soon, and is no burden on a receiver that comes back. */
export const PROBE_EVERY_MS = 1_000;
/** Who waits for an open breaker comes again after this long at most. */
const SPREAD_MAX_MS = 30_000;

/** `ok`: the receiver is alive. `none`: the call says nothing about it. */
export type CallVerdict = 'ok' | 'failed' | 'none';

/**
 * Whether a destination is worth calling. Opens after `FAILURES_TO_OPEN` failures in a row; then
 * one probe may go every `PROBE_EVERY_MS`; the first success closes it.
 */
export class CircuitBreaker {
  #failures = 0;
  #openedMs: number | undefined;
  #nextProbeMs = 0;
  #probeBookedMs: number | undefined;

  /** Closed and without failures: nothing would be lost by forgetting it. */
  get isClean(): boolean {
    return this.#failures === 0;
  }

  get isOpen(): boolean {
    return this.#openedMs !== undefined;
  }

  mayCall(nowMs: number): boolean {
    return !this.isOpen || nowMs >= this.#probeMs(nowMs);
  }

  /** A call has been admitted. True: as a probe. */
  begin(nowMs: number): boolean {
    if (!this.isOpen) return false;
    this.#nextProbeMs = nowMs + PROBE_EVERY_MS;
    this.#probeBookedMs = undefined;
    return true;
  }

  /**
   * When one that was refused should ask again: the first one in time for the next probe, the
   * others spread over a time that grows with the outage. `chance`: from 0 to below 1.
   */
  retryAtMs(nowMs: number, chance: number): number {
    const probeMs = Math.max(this.#probeMs(nowMs), nowMs);
    const booked = this.#probeBookedMs;
    if (booked === undefined || booked + PROBE_EVERY_MS < nowMs) {
      this.#probeBookedMs = probeMs;
      return probeMs;
    }
    const openForMs = nowMs - (this.#openedMs ?? nowMs);
    const spreadMs = Math.min(Math.max(openForMs, PROBE_EVERY_MS), SPREAD_MAX_MS);
    return probeMs + Math.ceil(spreadMs * chance);
  }

  end(verdict: CallVerdict, wasProbe: boolean, nowMs: number): void {
    if (verdict === 'ok') {
      this.#failures = 0;
      this.#openedMs = undefined;
      return;
    }
    if (verdict === 'none') {
      // the probe found nothing out: let another one go
      if (wasProbe) this.#nextProbeMs = nowMs;
      return;
    }
    this.#failures += 1;
    if (this.isOpen || this.#failures < FAILURES_TO_OPEN) return;
    this.#openedMs = nowMs;
    this.#nextProbeMs = nowMs + PROBE_EVERY_MS;
    this.#probeBookedMs = undefined;
  }

  #probeMs(nowMs: number): number {
    // further ahead only when the clock was set back
    return this.#nextProbeMs > nowMs + PROBE_EVERY_MS ? nowMs : this.#nextProbeMs;
  }
}
