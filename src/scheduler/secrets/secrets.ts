/** `hmac-sha256`: signatures `v1`. `ed25519`: signatures `v1a`. */
export type SigningKeyKind = 'hmac-sha256' | 'ed25519';

/** What may be shown of a key. */
export interface SigningKey {
  readonly keyId: string;
  readonly kind: SigningKeyKind;
  readonly createdMs: number;
  /** `whpk_` and base64, of an ed25519 key. */
  readonly publicKey?: string;
}

export interface CreatedSigningKey {
  readonly key: SigningKey;
  /** `whsec_` and base64, of an HMAC key that the server has made; shown this once. */
  readonly secret?: string;
}

export type Credentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  /** PEM; `ca` undefined: the usual authorities. */
  | {
      readonly kind: 'mtls';
      readonly certificate: string;
      readonly privateKey: string;
      readonly ca: string | undefined;
    };

/**
 * Signing keys of applications and credentials for destinations, sealed by the key of this server
 * (SECRETS_KEY). All throw AppError: INVALID_ARGUMENT and LIMIT_EXCEEDED name the field,
 * UNAVAILABLE has changed nothing, OUTCOME_UNKNOWN may have. Creating and setting throw
 * SECRETS_DISABLED without that key; the rest works without, so that a lost key can be got over.
 */
export interface Secrets {
  /**
   * A call is signed with all keys of its application, of which it has two of each kind at most
   * (LIMIT_EXCEEDED): add the new one, let receivers take it over, remove the old one. `secret`:
   * `whsec_` or `whsk_` and base64; undefined: made here. Repeating it with the same id and secret
   * is fine, as is repeating it for an ed25519 key made here; KEY_EXISTS when the id has another,
   * or a secret made here would have to be shown again.
   */
  createKey(
    application: string,
    key: { readonly keyId: string; readonly kind: SigningKeyKind; readonly secret?: string },
    signal: AbortSignal,
  ): Promise<CreatedSigningKey>;
  /** By id. */
  listKeys(application: string): Promise<readonly SigningKey[]>;
  /** NOT_FOUND. */
  removeKey(application: string, keyId: string, signal: AbortSignal): Promise<void>;

  /**
   * For calls of the application to the destination of `url`. Replaces what was set. A certificate
   * needs https.
   */
  setCredentials(
    application: string,
    url: string,
    credentials: Credentials,
    signal: AbortSignal,
  ): Promise<void>;
  /** NOT_FOUND. */
  removeCredentials(application: string, url: string, signal: AbortSignal): Promise<void>;
}

/** What a call is signed and identified with; opened. Lives in memory only. */
export interface CallSecrets {
  readonly hmacKeys: readonly Uint8Array[];
  /** Of 32 bytes each. The same object as long as it is the same key. */
  readonly ed25519Seeds: readonly Uint8Array[];
  readonly credentials: Credentials | undefined;
  /** Changes when the credentials do: connections are kept by it. */
  readonly credentialsVersion: string;
}

/**
 * Answered from memory. Throws an AppError whose message names no secret when one cannot be opened:
 * then nothing may be sent.
 */
export type SecretsOfCall = (application: string, destination: string) => CallSecrets;
