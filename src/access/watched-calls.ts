import { setMaxListeners } from 'node:events';
import { AppError } from '../core/index.js';
import type { Credentials } from './authenticator.js';
import { sameCaller, type Caller } from './caller.js';

interface WatchedCall {
  readonly credentials: Credentials;
  readonly caller: Caller;
  readonly ended: AbortController;
}

/** Calls that stay open, and are ended when their credentials say something else. */
export class WatchedCalls {
  readonly #calls = new Set<WatchedCall>();

  /** See `Authenticator.watch`. */
  add(credentials: Credentials, caller: Caller, over: AbortSignal): AbortSignal {
    const call = { credentials, caller, ended: new AbortController() };
    setMaxListeners(0, call.ended.signal);
    if (over.aborted) return call.ended.signal;
    this.#calls.add(call);
    over.addEventListener('abort', () => this.#calls.delete(call), { once: true });
    return call.ended.signal;
  }

  /** Asks for each of them again who calls. */
  async check(authenticate: (credentials: Credentials) => Promise<Caller>): Promise<void> {
    for (const call of this.#calls) {
      const reason = await endOf(call, authenticate);
      if (reason === undefined) continue;
      this.#calls.delete(call);
      call.ended.abort(reason);
    }
  }
}

async function endOf(
  { credentials, caller }: WatchedCall,
  authenticate: (credentials: Credentials) => Promise<Caller>,
): Promise<AppError | undefined> {
  try {
    if (sameCaller(await authenticate(credentials), caller)) return undefined;
    return new AppError('NOT_READY', 'what the caller may do has changed: call again');
  } catch (error) {
    const gone = error instanceof AppError && error.code === 'UNAUTHENTICATED';
    return gone ? error : undefined;
  }
}
