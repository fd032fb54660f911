import { AppError, type Uuid } from '../../../core/index.js';
import type { Clock } from '../../../runtime/index.js';
import type { Engine } from '../engine.js';
import { uuidBytes } from '../uuid-bytes.js';
import { encodeBeat } from './peers.js';

const BEAT_MS = 1_000;
/** Less than what others wait for, by far more than a clock drifts in that time. */
const HOLD_MS = 3_000;

/**
 * That this poller lives: a row that changes once a second while `take` is called. By the
 * monotonic clock it holds for a while after the begin of its last beat that reached the disk.
 * After a gap the others may have taken its entries, so what it had belongs to an epoch that is
 * over.
 */
export class Lease {
  readonly #engine: Engine;
  readonly #key: Buffer;
  readonly #clock: Clock;
  #epoch = 0;
  #beat = 0;
  #beganMs = -Infinity;
  #triedMs = -Infinity;
  #beating: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, poller: Uuid, clock: Clock) {
    this.#engine = engine;
    this.#key = uuidBytes(poller);
    this.#clock = clock;
  }

  /** Rises with every gap; 0 before the first beat. */
  get epoch(): number {
    return this.#epoch;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Whether nobody may have taken its entries at this moment. */
  get holding(): boolean {
    return !this.closed && this.#clock.monotonicMs() - this.#beganMs < HOLD_MS;
  }

  /** ms until the next beat is due; 0: it is. */
  get restMs(): number {
    return Math.max(0, BEAT_MS - (this.#clock.monotonicMs() - this.#triedMs));
  }

  /** Resolves when it holds again. Throws `AppError` when the beat could not be written. */
  beat(): Promise<void> {
    this.#beating ??= this.#beatUntilHeld().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /** Its entries are free for others at once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #beatUntilHeld(): Promise<void> {
    for (let cameLate = false; ; cameLate = true) {
      const beganMs = this.#clock.monotonicMs();
      const isNewEpoch = cameLate || !this.holding;
      const epoch = isNewEpoch ? this.#epoch + 1 : this.#epoch;
      this.#triedMs = beganMs;
      this.#beat += 1;
      const value = encodeBeat({ epoch, beat: this.#beat });
      await this.#engine.write(() => this.#engine.tables.timedPollers.putSync(this.#key, value));
      // one that came late keeps nothing: others may have looked before it was there
      if (!isNewEpoch && !this.holding) continue;
      this.#beganMs = beganMs;
      this.#epoch = epoch;
      return;
    }
  }

  async #close(): Promise<void> {
    try {
      await this.#beating?.catch(() => undefined);
      await this.#engine.write(() => this.#engine.tables.timedPollers.removeSync(this.#key));
    } catch (error) {
      // the others wait until its beat has stood still
      if (!(error instanceof AppError)) throw error;
    }
  }
}
