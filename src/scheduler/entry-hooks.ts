import type { TimedEvent } from '../core/index.js';

/** Who else has to know how entries end. */
export interface EntryHooks {
  /**
   * Before `to`, which is FAILED, is written. Throws AppError when what has to be known could not
   * be stored: the entry must not be written then, but tried again.
   */
  beforeFailed(to: TimedEvent, signal: AbortSignal): Promise<void>;
  /** An entry has finished, by whoever. Returns at once and never throws. */
  afterFinished(event: TimedEvent): void;
}

export const NO_HOOKS: EntryHooks = {
  beforeFailed: () => Promise.resolve(),
  afterFinished: () => undefined,
};
