import { AppError } from './app-error.js';

/**
 * Reason to abort with when something is over and nobody asks why: without one, an error is made
 * with its stack.
 */
export const OVER = 'over';

/** Reason to abort a call's signal with: the caller's time is over. */
export function deadlineReached(): AppError {
  return new AppError('DEADLINE_EXCEEDED', 'the deadline passed before anything was written');
}

/** Reason to abort a call's signal with: the caller does not wait any more. */
export function callCancelled(): AppError {
  return new AppError('CANCELLED', 'the caller cancelled before anything was written');
}

/** Why a call ended: the reason that its signal was aborted with. */
export function endOf(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  return reason instanceof AppError ? reason : callCancelled();
}

/**
 * The result of `work`, or the call's end when that comes first. The work itself goes on: only for
 * work that may be left alone.
 */
export function untilEnd<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(endOf(signal));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    const settle = <Value>(answer: (value: Value) => void) => {
      return (value: Value): void => {
        signal.removeEventListener('abort', end);
        answer(value);
      };
    };
    work.then(settle(resolve), settle(reject));
  });
}

/** The chunks of `source` until the call's end, which then is thrown. */
export async function* untilEndOfEach<Chunk>(
  source: AsyncIterable<Chunk>,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const chunks = source[Symbol.asyncIterator]();
  let refuse: (error: AppError) => void = () => undefined;
  const end = (): void => refuse(endOf(signal));
  // one for all chunks: there may be a million
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Chunk>>((resolve, reject) => {
        refuse = reject;
        if (signal.aborted) end();
        chunks.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', end);
    // not awaited: a read that hangs would hold the caller beyond its end
    chunks.return?.().catch(() => undefined);
  }
}
