import { Backoff } from './backoff.js';
import type { CallOptions } from './channel.js';
import type { CallPolicy } from './connect-options.js';
import {
  NO_TLS,
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  type StoreErrorFacts,
} from './errors.js';
import type { OpenCalls } from './open-calls.js';
import type { ClientTime } from './time.js';

/** What calls are made with. */
export interface TriesParts {
  readonly policy: CallPolicy;
  readonly time: ClientTime;
  readonly openCalls: OpenCalls;
}

/** A limit that the caller sets. */
export interface CallLimits {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** For the call with all its tries; not given: as the retries of the client last. */
  readonly timeoutMs?: number | undefined;
}

/** A call that may be tried several times. */
export interface TriedCall<Result> extends CallLimits {
  readonly writes: boolean;
  /** `unanswered`: an earlier try may have been written. */
  readonly work: (options: CallOptions, unanswered: boolean) => Promise<Result>;
  /**
   * Whether a refusal after a try without an answer proves that nothing was written. Every other
   * refusal then leaves the outcome unknown: the server that refuses has not looked.
   */
  readonly provesUnwritten?: (error: StoreError) => boolean;
}

/** Whether the same call may succeed later. */
export function mayTryAgain(error: unknown): error is StoreError {
  if (error instanceof StoreUnavailableError) return error.reason !== NO_TLS;
  return error instanceof OutcomeUnknownError;
}

/** Makes calls, again and again while that may help. */
export class Tries {
  readonly #parts: TriesParts;

  constructor(parts: TriesParts) {
    this.#parts = parts;
  }

  /**
   * The first success, else the error: of the last try, or OutcomeUnknownError when any try may
   * have been written and nothing proves the contrary. Ended by the signal: its reason, or
   * OutcomeUnknownError with that as its cause.
   */
  async run<Result>(call: TriedCall<Result>): Promise<Result> {
    const open = this.#parts.openCalls.begin(call.signal);
    try {
      return await this.#run(call, open.signal);
    } finally {
      open.end();
    }
  }

  async #run<Result>(call: TriedCall<Result>, signal: AbortSignal): Promise<Result> {
    const { policy, time } = this.#parts;
    const endMs = time.monotonicMs() + (call.timeoutMs ?? Infinity);
    const pauses = this.#pauses(endMs);
    let unanswered = false;
    for (;;) {
      if (signal.aborted) throw stopped(signal, unanswered);
      const timeoutMs = Math.min(policy.timeoutMs, Math.max(1, endMs - time.monotonicMs()));
      try {
        return await call.work({ timeoutMs, signal, writes: call.writes }, unanswered);
      } catch (error) {
        if (error instanceof OutcomeUnknownError) unanswered = true;
        if (signal.aborted) throw stopped(signal, unanswered);
        if (!mayTryAgain(error)) throw finalError(error, unanswered, call.provesUnwritten);
        const delayMs = pauses();
        if (delayMs === undefined) throw finalError(error, unanswered);
        await time.sleep(delayMs, signal);
      }
    }
  }

  /** The pause before each further try, ms; undefined: there is none. */
  #pauses(endMs: number): () => number | undefined {
    const { policy, time } = this.#parts;
    if (policy.retry === false) return () => undefined;
    const backoff = new Backoff(policy.retry, time);
    const lastStartMs = time.monotonicMs() + policy.retry.forMs;
    return () => {
      const delayMs = backoff.nextMs();
      const nextMs = time.monotonicMs() + delayMs;
      return nextMs > lastStartMs || nextMs >= endMs ? undefined : delayMs;
    };
  }
}

function finalError(
  error: unknown,
  unanswered: boolean,
  provesUnwritten: (error: StoreError) => boolean = () => false,
): unknown {
  if (!unanswered || error instanceof OutcomeUnknownError) return error;
  if (error instanceof StoreError && provesUnwritten(error)) return error;
  return unknownBecause(error instanceof Error ? error.message : String(error), error);
}

function stopped(signal: AbortSignal, unanswered: boolean): unknown {
  const reason: unknown = signal.reason;
  if (!unanswered) return reason;
  return unknownBecause(reason instanceof Error ? reason.message : 'the call was ended', reason);
}

/** The error of a call of which one try may have been written. */
export function unknownBecause(why: string, cause: unknown): OutcomeUnknownError {
  const facts: StoreErrorFacts = { cause };
  const advice = 'Call again with the same ids.';
  return new OutcomeUnknownError(
    'OUTCOME_UNKNOWN',
    `it may have been written: ${why}. ${advice}`,
    facts,
  );
}
