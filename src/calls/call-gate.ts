import type { CallAudit, Caller, ClientCertificate } from '../access/index.js';
import type { ErrorCode } from '../core/index.js';
import type { TraceContext } from '../runtime/index.js';

/** How a call ended. */
export type CallCode = 'OK' | ErrorCode;

/** Where a call comes from, and what it brings to say who makes it. */
export interface CallOrigin {
  /** The caller's address, without the port. */
  readonly address: string;
  /** The header or metadata `authorization`. */
  readonly authorization: string | undefined;
  readonly certificate: ClientCertificate | undefined;
}

/** A call as a transport has met it. */
export interface IncomingCall extends CallOrigin {
  readonly transport: 'grpc' | 'http';
  /**
   * `package.Service/Method`, or an HTTP method and the route as it was registered; never what the
   * caller wrote, since it labels metrics.
   */
  readonly method: string;
  /** `long`: it may last as long as its caller likes (a stream, a poll that waits). */
  readonly duration: 'short' | 'long';
  /** By `requestIdOf`. */
  readonly requestId: string;
  /** Of the caller, when it traces. */
  readonly trace: TraceContext | undefined;
}

/** A call that was let in. */
export interface OpenCall {
  readonly requestId: string;
  readonly caller: Caller;
  readonly audit: CallAudit;
  /** For calls that stay open: `Authenticator.watch` until `end`; never aborted without one. */
  revocation(): AbortSignal;
  /** What new events and timed events carry; undefined where nothing is traced. */
  readonly trace: TraceContext | undefined;
  /** So many bytes more of its request have come. Throws OVERLOADED when they are too much. */
  hold(bytes: number): void;
  /**
   * The request is here, or one message of many. A short call holds its bytes to the end; what a
   * long one keeps of a message is bounded by its method.
   */
  received(): void;
  /** Exactly once: frees its place, and records how it went. */
  end(code: CallCode): void;
}

/** What every call passes through, whatever its transport. */
export interface CallGate {
  /** `x-request-id` as it came, when it is of a sound form, or a new one. */
  requestIdOf(sent: string | undefined): string;
  /**
   * Lets a call in, before its request is read. Throws UNAUTHENTICATED, OVERLOADED, RATE_LIMITED or
   * what the authenticator throws; such a refusal is recorded already.
   */
  enter(call: IncomingCall): Promise<OpenCall>;
  /** Who calls what does not pass the gate, within the same limits on guessing. */
  identify(origin: CallOrigin): Promise<Caller>;
}
