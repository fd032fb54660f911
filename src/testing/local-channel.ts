import { ANYBODY, SILENT_AUDIT } from '../access/index.js';
import {
  StoreError,
  storeErrorOf,
  type CallOptions,
  type Channel,
  type StreamOptions,
} from '../client/index.js';
import { AppError, callCancelled, deadlineReached } from '../core/index.js';
import type { Timers } from '../runtime/index.js';
import type { LocalCall, LocalInvoke, LocalInvokeStream } from '../transport/grpc/index.js';
import type { Activity } from './activity.js';

export interface LocalChannelParts {
  readonly invoke: LocalInvoke;
  readonly invokeStream: LocalInvokeStream;
  /** Of the server: its time-outs. */
  readonly timers: Timers;
  readonly activity: Activity;
  readonly onClose: () => void;
}

/** The wire of a client whose server is in the same process. */
export class LocalChannel implements Channel {
  readonly #parts: LocalChannelParts;

  constructor(parts: LocalChannelParts) {
    this.#parts = parts;
  }

  async unary(path: string, request: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const { invoke, timers, activity } = this.#parts;
    const call = new ChannelCall(options.signal);
    void timers.sleep(options.timeoutMs, call.over).then(() => call.end(deadlineReached()));
    activity.sign();
    try {
      return await invoke(path, request, anybodys(call.signal));
    } catch (error) {
      throw asStoreError(error);
    } finally {
      call.close();
      activity.sign();
    }
  }

  async *stream(
    path: string,
    requests: AsyncIterable<Uint8Array>,
    { signal }: StreamOptions,
  ): AsyncGenerator<Uint8Array, void> {
    const { invokeStream, activity } = this.#parts;
    const call = new ChannelCall(signal);
    const source = requests[Symbol.asyncIterator]();
    const once = { [Symbol.asyncIterator]: () => source };
    try {
      for await (const answer of invokeStream(path, once, anybodys(call.signal))) {
        activity.sign();
        yield answer;
      }
    } catch (error) {
      throw asStoreError(error);
    } finally {
      call.close();
      // not awaited: it may be waiting for its next request
      source.return?.().catch(() => undefined);
    }
  }

  close(): void {
    this.#parts.onClose();
  }
}

function anybodys(signal: AbortSignal): LocalCall {
  return { signal, caller: ANYBODY, audit: SILENT_AUDIT, trace: undefined };
}

/** When one call ends. */
class ChannelCall {
  readonly #ended = new AbortController();
  readonly #over = new AbortController();

  constructor(caller: AbortSignal) {
    const cancel = (): void => this.end(callCancelled());
    if (caller.aborted) cancel();
    else caller.addEventListener('abort', cancel, { once: true, signal: this.over });
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Aborted when nothing needs to be watched any more. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  end(reason: AppError): void {
    this.#ended.abort(reason);
  }

  close(): void {
    this.#over.abort();
  }
}

/** As the error would come over the wire. */
function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof AppError)) {
    return storeErrorOf('INTERNAL', 'internal error', { cause: error });
  }
  const { code, message, details } = error;
  return storeErrorOf(code, message, { details, cause: error });
}
