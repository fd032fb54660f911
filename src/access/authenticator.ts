import type { Caller } from './caller.js';

/** What a client certificate says, once the TLS handshake has proven it. */
export interface ClientCertificate {
  /** The common name of its subject; '' when it has none. */
  readonly commonName: string;
  /** Its alternative names, as `URI:spiffe://…` or `DNS:…`. */
  readonly alternativeNames: readonly string[];
}

/** What a call brings to say who makes it. */
export interface Credentials {
  /** The header or metadata as it came. */
  readonly authorization: string | undefined;
  readonly certificate: ClientCertificate | undefined;
}

/** What was wrong with credentials: the `cause` of UNAUTHENTICATED, for the log only. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
  /** Constant words, never a part of a token. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export interface Authenticator {
  /**
   * Who calls. Throws UNAUTHENTICATED, whose `cause` is Unauthenticated; NOT_READY while the keys
   * for tokens are not known.
   */
  authenticate(credentials: Credentials): Promise<Caller>;
  /**
   * For calls that stay open: aborted, within some seconds, with UNAUTHENTICATED when the
   * credentials hold no more, or with NOT_READY when they mean other rights: who calls again has
   * those. Watched until `over` is aborted.
   */
  watch(credentials: Credentials, caller: Caller, over: AbortSignal): AbortSignal;
}
