import {
  OutcomeUnknownError,
  storeErrorOf,
  type CallOptions,
  type Channel,
} from '../../src/client/index.js';
import { AppError } from '../../src/core/index.js';
import type { localInvoker } from '../../src/transport/grpc/index.js';
import { anybodysCall } from '../support/open-gate.js';

/** Reaches a server in the process; the first answer of every method that writes is lost. */
export class ForgetfulChannel implements Channel {
  /** The methods that had to be called again. */
  readonly forgotten = new Set<string>();
  readonly #invoke: ReturnType<typeof localInvoker>;

  constructor(invoke: ReturnType<typeof localInvoker>) {
    this.#invoke = invoke;
  }

  async unary(
    path: string,
    request: Uint8Array,
    { signal, writes }: CallOptions,
  ): Promise<Uint8Array> {
    const answer = await this.#answer(path, request, signal);
    if (!writes || this.forgotten.has(path)) return answer;
    this.forgotten.add(path);
    throw new OutcomeUnknownError('UNAVAILABLE', 'the answer is lost');
  }

  async #answer(path: string, request: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.#invoke(path, request, anybodysCall(signal));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw storeErrorOf(error.code, error.message, { details: error.details });
    }
  }

  async *stream(): AsyncGenerator<Uint8Array, void> {
    yield* [];
    throw new Error('no streams here');
  }

  close(): void {
    // nothing is open
  }
}
