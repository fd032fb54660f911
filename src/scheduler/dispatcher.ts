import type { CallResult, HttpTarget, TimedEventKey, Uuid } from '../core/index.js';

/** One attempt, as the receiver is to see it. */
export interface OutgoingCall {
  readonly key: TimedEventKey;
  /** The same for all attempts: what a receiver tells repetitions by. */
  readonly generation: Uuid;
  /** From 1 on. */
  readonly attempt: number;
  readonly dueMs: number;
  readonly target: HttpTarget;
  /** Sent byte for byte. */
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
}

/** `withdrawn`: `mayBegin` said no, or `close` came first; nothing has left the process. */
export type DispatchResult = CallResult | { readonly kind: 'withdrawn' };

/** Makes the calls. The poller decides when and how many. */
export interface Dispatcher {
  /**
   * Calls once; redirects are not followed. `mayBegin` is asked when the request is about to be
   * written to the socket. Never rejects, and ends within `timeoutMs`.
   */
  call(call: OutgoingCall, mayBegin: () => boolean): Promise<DispatchResult>;
  close(): Promise<void>;
}
