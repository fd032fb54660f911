import { invalidField } from './errors.js';
import type { TraceSource } from './trace-carrier.js';

/** What to believe and what to show on an encrypted connection. PEM texts. */
export interface TlsOptions {
  /** Certificates to trust; not given: those of the system. */
  readonly ca?: string | Uint8Array;
  /** The client's certificate, with `key`. */
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** The name that the server's certificate must be for; not given: that of the address. */
  readonly serverName?: string;
}

/** A token, or what gives one for each call. */
export type TokenSource = string | (() => string | Promise<string>);

/** How calls that may succeed later are repeated, with pauses of growing random length. */
export interface RetryOptions {
  /** No try begins later than this after the first (30,000). */
  readonly forMs?: number;
  /** The first pause is up to this long (50); each further one up to twice as long. */
  readonly firstDelayMs?: number;
  /** The longest pause (2,000). */
  readonly maxDelayMs?: number;
}

/** How calls are made, whatever the wire is. */
export interface CallSettings {
  /** How long one try of a call may take (5,000). */
  readonly timeoutMs?: number;
  /** `false`: every call is tried once, and a subscription ends with its connection. */
  readonly retry?: RetryOptions | false;
}

/** Where the store is, and how to talk to it. */
export interface ConnectOptions extends CallSettings {
  /** `host:port`, `[::1]:port` or `cassadra://host:port`; the port is 8080 when not given. */
  readonly address: string;
  /** `true`: encrypted, with the certificates that the system trusts. */
  readonly tls?: true | TlsOptions;
  /** Sent with each call as `authorization: Bearer …`. It needs `tls`. */
  readonly token?: TokenSource;
  /** Sends the token without encryption, too. */
  readonly allowInsecureToken?: boolean;
  /** Asked at each call for the trace that is active there; it goes with the call. */
  readonly trace?: TraceSource;
  /** Time between signs of life on a connection in use (30,000). */
  readonly keepaliveMs?: number;
  /** Connects at once, not at the first call. */
  readonly eagerConnect?: boolean;
}

/** All of `CallSettings`, with the defaults filled in. */
export interface CallPolicy {
  readonly timeoutMs: number;
  readonly retry: Readonly<Required<RetryOptions>> | false;
}

/** Throws InvalidRequestError naming the option. */
export function callPolicyOf({ timeoutMs = 5_000, retry = {} }: CallSettings): CallPolicy {
  requireAtLeast('timeoutMs', timeoutMs, 1);
  if (retry === false) return { timeoutMs, retry };
  const { forMs = 30_000, firstDelayMs = 50, maxDelayMs = 2_000 } = retry;
  requireAtLeast('retry.forMs', forMs, 0);
  requireAtLeast('retry.firstDelayMs', firstDelayMs, 1);
  requireAtLeast('retry.maxDelayMs', maxDelayMs, 1);
  return { timeoutMs, retry: { forMs, firstDelayMs, maxDelayMs } };
}

function requireAtLeast(field: string, value: number, min: number): void {
  if (!(value >= min)) throw invalidField(field, `must be a number, at least ${min}`);
}
