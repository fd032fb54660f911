/** One call. */
export interface CallOptions {
  /** How long it may take. */
  readonly timeoutMs: number;
  /** Ends it; the caller looks at its signal, whatever the error says. */
  readonly signal: AbortSignal;
  /** It may change the store: without an answer its outcome is unknown. */
  readonly writes: boolean;
}

/** One call that streams. It has no deadline: a quiet subscription is no failure. */
export type StreamOptions = Omit<CallOptions, 'timeoutMs'>;

/**
 * The wire below the client: methods of `cassadra.v1` by path, messages as bytes. It fails with
 * StoreErrors: OutcomeUnknownError when a call that writes may have reached the store,
 * StoreUnavailableError when trying again later may help.
 */
export interface Channel {
  /** `path` as `/cassadra.v1.EventStoreService/Append`. */
  unary(path: string, request: Uint8Array, options: CallOptions): Promise<Uint8Array>;

  /**
   * Begins when the answers are iterated; `return()` on them ends the call. Answers are taken from
   * the wire one by one, as they are asked for. When the call is over `requests` is returned; what
   * it was asked for then comes to nothing.
   */
  stream(
    path: string,
    requests: AsyncIterable<Uint8Array>,
    options: StreamOptions,
  ): AsyncIterable<Uint8Array>;

  /** Ends the connection. */
  close(): void;
}
