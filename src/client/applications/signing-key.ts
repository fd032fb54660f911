import {
  SigningKeyKind as WireKind,
  TenantServiceService as METHODS,
  type SigningKey as WireKey,
} from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { requireFilled, requireText } from '../require-text.js';
import type { CallLimits } from '../tries.js';
import type { Wire } from '../unary.js';
import { requireAnswered, writeUntilKnown } from '../write-until-known.js';
import type { NewSecret } from './new-secret.js';

/** By a shared secret (signatures `v1`), or by a private key (signatures `v1a`). */
export type SigningKeyKind = 'hmac-sha256' | 'ed25519';

/** What may be shown of a key. */
export interface SigningKey {
  /** Names it within the application. */
  readonly keyId: string;
  readonly kind: SigningKeyKind | 'unknown';
  readonly createdMs: number;
  /** `whpk_` and base64, of an ed25519 key: for the receivers. */
  readonly publicKey: string | undefined;
}

/** A key to be created. */
export interface NewSigningKey {
  /** 1 to 100 bytes. */
  readonly keyId: string;
  /** `hmac-sha256` when not given. */
  readonly kind?: SigningKeyKind;
  /** `whsec_` or `whsk_` and base64: a key that exists already. Not given: a new one. */
  readonly secret?: string;
}

/** A key that was created. */
export class CreatedSigningKey {
  readonly key: SigningKey;
  readonly #secret: string | undefined;

  constructor(key: SigningKey, secret: string | undefined) {
    this.key = key;
    this.#secret = secret;
  }

  /**
   * `whsec_` and base64, of a new HMAC key: for the receivers. Nobody shows it again, and what
   * prints this object does not show it; undefined for a key that was given, or ed25519.
   */
  get secret(): string | undefined {
    return this.#secret;
  }
}

const KINDS = new Choices<SigningKeyKind>({
  'hmac-sha256': WireKind.SIGNING_KEY_KIND_HMAC_SHA256,
  ed25519: WireKind.SIGNING_KEY_KIND_ED25519,
});

/** As a caller gets it. */
export function decodeKey({ keyId, kind, createdMs, publicKey }: WireKey): SigningKey {
  return {
    keyId,
    kind: KINDS.find(kind) ?? 'unknown',
    createdMs: Number(createdMs),
    publicKey: publicKey === '' ? undefined : publicKey,
  };
}

/**
 * Creates a key. A repetition with the same secret is the same key, so an HMAC secret is made
 * before the first try.
 */
export async function createKey(
  { wire, newSecret }: { readonly wire: Wire; readonly newSecret: NewSecret },
  application: string,
  { keyId, kind = 'hmac-sha256', secret }: NewSigningKey,
  limits: CallLimits,
): Promise<CreatedSigningKey> {
  requireText(application, 'application');
  requireText(keyId, 'keyId');
  requireFilled(secret, 'secret');
  const made = kind === 'hmac-sha256' && secret === undefined ? newSecret() : undefined;
  const encodedKind = KINDS.encode(kind, 'kind');
  const request = { application, keyId, kind: encodedKind, secret: secret ?? made ?? '' };
  const key = await writeUntilKnown(wire, METHODS.createSigningKey, request, {
    ...limits,
    // a key that a server makes is another at each try, so that refusal proves nothing then
    provesUnwritten: ({ reason }) => reason === 'KEY_EXISTS' && request.secret !== '',
    read: (response) => decodeKey(requireAnswered(response.key, 'key')),
  });
  return new CreatedSigningKey(key, made);
}
