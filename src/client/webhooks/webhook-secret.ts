import { createHmac, createPublicKey, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { invalidField } from '../errors.js';

/** Says whether a signature, as the header has it, is one of the bytes. */
export type SignatureCheck = (signature: string) => boolean;

const HMAC_BYTES = { min: 24, max: 64 };
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** What stands before an ed25519 key in a SubjectPublicKeyInfo (RFC 8410, section 4). */
const ED25519_SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

const SECRET = /^(whsec|whpk)_([A-Za-z0-9+/]+={0,2})$/;

/** Throws InvalidRequestError for a secret that is none; never shows it. */
export function signatureCheckOf(
  secret: string,
  index: number,
  signed: Uint8Array,
): SignatureCheck {
  const field = `secrets[${index}]`;
  const [, kind, base64 = ''] = SECRET.exec(secret) ?? [];
  if (kind === undefined) throw invalidField(field, 'must be whsec_ or whpk_ and base64');
  const bytes = Buffer.from(base64, 'base64');
  return kind === 'whsec' ? hmacCheck(field, bytes, signed) : ed25519Check(field, bytes, signed);
}

function hmacCheck(field: string, key: Uint8Array, signed: Uint8Array): SignatureCheck {
  const { min, max } = HMAC_BYTES;
  if (key.byteLength < min || key.byteLength > max) {
    throw invalidField(field, `must be ${min} to ${max} bytes in base64`);
  }
  const expected = createHmac('sha256', key).update(signed).digest();
  return (signature) => {
    const found = signatureBytes(signature, 'v1', expected.byteLength);
    return found !== undefined && timingSafeEqual(found, expected);
  };
}

function ed25519Check(field: string, key: Uint8Array, signed: Uint8Array): SignatureCheck {
  if (key.byteLength !== PUBLIC_KEY_BYTES) {
    throw invalidField(field, `must be ${PUBLIC_KEY_BYTES} bytes in base64`);
  }
  const publicKey = publicKeyOf(key);
  return (signature) => {
    const found = signatureBytes(signature, 'v1a', SIGNATURE_BYTES);
    return found !== undefined && verify(null, signed, publicKey, found);
  };
}

function publicKeyOf(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([ED25519_SPKI_HEAD, bytes]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** Of a signature of that version and length. */
function signatureBytes(
  signature: string,
  version: 'v1' | 'v1a',
  length: number,
): Uint8Array | undefined {
  if (!signature.startsWith(`${version},`)) return undefined;
  const bytes = Buffer.from(signature.slice(version.length + 1), 'base64');
  return bytes.byteLength === length ? bytes : undefined;
}
