import { invalidField } from '../../core/index.js';
import type { Keys } from '../../runtime/index.js';
import type { SigningKeyKind } from './secrets.js';

/** Of Standard Webhooks: 24 to 64 bytes. Made here: as long as the hash. */
const HMAC_BYTES = { min: 24, max: 64, made: 32 };
const SEED_BYTES = 32;
const PREFIX = { 'hmac-sha256': 'whsec_', ed25519: 'whsk_' } as const;
const PUBLIC_PREFIX = 'whpk_';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a new key of the kind signs with: the bytes of the HMAC key, or the seed. */
export function newSigningSecret(kind: SigningKeyKind, keys: Keys): Uint8Array {
  return keys.newSecret(kind === 'ed25519' ? SEED_BYTES : HMAC_BYTES.made);
}

/** The same of a secret as users have it. Throws INVALID_ARGUMENT, which never shows it. */
export function requireSigningSecret(kind: SigningKeyKind, text: string, keys: Keys): Uint8Array {
  const prefix = PREFIX[kind];
  if (!text.startsWith(prefix)) throw invalidField('secret', `must begin with ${prefix}`);
  const base64 = text.slice(prefix.length);
  if (!BASE64.test(base64)) throw invalidField('secret', `must be base64 after ${prefix}`);
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  return kind === 'ed25519' ? requireSeed(bytes, keys) : requireHmacKey(bytes);
}

function requireHmacKey(bytes: Uint8Array): Uint8Array {
  const { min, max } = HMAC_BYTES;
  if (bytes.byteLength >= min && bytes.byteLength <= max) return bytes;
  throw invalidField('secret', `must be ${min} to ${max} bytes in base64`);
}

/** 32 bytes are the seed; 64, as libsodium has them, the seed and the public key. */
function requireSeed(bytes: Uint8Array, keys: Keys): Uint8Array {
  const seed = bytes.slice(0, SEED_BYTES);
  if (bytes.byteLength === SEED_BYTES) return seed;
  if (bytes.byteLength !== 2 * SEED_BYTES) {
    throw invalidField('secret', 'must be the 32 or 64 bytes of an ed25519 key in base64');
  }
  if (!sameBytes(bytes.slice(SEED_BYTES), keys.ed25519PublicKey(seed))) {
    throw invalidField('secret', 'has a public key that is not that of its private key');
  }
  return seed;
}

/** As receivers need it. */
export function hmacSecretText(bytes: Uint8Array): string {
  return `${PREFIX['hmac-sha256']}${base64Of(bytes)}`;
}

/** As receivers need it, of a seed. */
export function publicKeyText(seed: Uint8Array, keys: Keys): string {
  return `${PUBLIC_PREFIX}${base64Of(keys.ed25519PublicKey(seed))}`;
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index]);
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
