import type { LoadResult } from '../model/load-result.js';
import { Latencies } from './latencies.js';

export interface CountedCall {
  readonly begunMs: number;
  /** When it was answered or has failed; Infinity while it is open. */
  readonly endedMs: number;
  /** Events in it; undefined when it has failed. */
  readonly events: number | undefined;
}

/** Who has waited that long at the end of the window is not just in the middle of a call. */
const OPEN_TOO_LONG_MS = 5_000;

/**
 * The calls of one window: all that end in it, whenever they began. One that is still open at its
 * end is in the latencies, with what it has taken by then, when it was so for the whole window or
 * for 5 s; it is an error only if it fails after all, or never ends.
 */
export class CallCount {
  readonly #latencies = new Latencies();
  readonly #fromMs: number;
  readonly #untilMs: number;
  #operations = 0;
  #events = 0;
  #errors = 0;

  constructor(fromMs: number, untilMs: number) {
    this.#fromMs = fromMs;
    this.#untilMs = untilMs;
  }

  add({ begunMs, endedMs, events }: CountedCall): void {
    if (endedMs <= this.#fromMs) return;
    const open = endedMs > this.#untilMs;
    const openMs = this.#untilMs - begunMs;
    if (open && begunMs >= this.#fromMs && openMs < OPEN_TOO_LONG_MS) return;
    this.#latencies.add(open ? openMs : endedMs - begunMs);
    if (events === undefined) {
      this.#errors += 1;
    } else if (!open) {
      this.#operations += 1;
      this.#events += events;
    }
  }

  /** Of the calls so far. Latencies are those of all that count, failed ones too. */
  result(): Pick<LoadResult, 'operations' | 'events' | 'errors' | 'latencyMs'> {
    const latencyMs = this.#latencies.percentiles();
    return {
      ...{ operations: this.#operations, events: this.#events, errors: this.#errors },
      ...(latencyMs === undefined ? {} : { latencyMs }),
    };
  }
}
