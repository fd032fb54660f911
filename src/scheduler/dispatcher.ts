import type {
  CallResult,
  RunOrigin,
  Target,
  TimedEventKey,
  TraceOrigin,
  Uuid,
} from '../core/index.js';

/** One attempt, as the receiver is to see it. */
export interface OutgoingCall<To extends Target = Target> {
  readonly key: TimedEventKey;
  /** The same for all attempts: what a receiver tells repetitions by. */
  readonly generation: Uuid;
  /** From 1 on. */
  readonly attempt: number;
  readonly dueMs: number;
  readonly target: To;
  /** Sent, or appended, byte for byte. */
  readonly payload: Uint8Array;
  readonly timeoutMs: number;
  /** There when a schedule has made it. */
  readonly run?: RunOrigin;
  /** Of the attempt, for the receiver to go on with. */
  readonly trace?: TraceOrigin;
}

/**
 * `withdrawn`: `mayBegin` said no, `close` came first, or the server itself could not take it;
 * nothing has left the process.
 */
export type DispatchResult = CallResult | { readonly kind: 'withdrawn' };

/** Makes the calls to targets of some kinds. The poller decides when and how many. */
export interface Dispatcher<To extends Target = Target> {
  /**
   * Calls once. `mayBegin` is asked at the last moment: when the request is about to be written to
   * the socket, or the append put into its queue. Never rejects, and ends within `timeoutMs`.
   */
  call(call: OutgoingCall<To>, mayBegin: () => boolean): Promise<DispatchResult>;
  close(): Promise<void>;
}
