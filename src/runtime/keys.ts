import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { certificatesIn, unlessThrown } from './pem.js';

const ED25519_BYTES = 32;
/** What stands before the seed in PKCS #8 (RFC 8410, section 7). */
const ED25519_PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** PEM texts with which a client identifies itself. `ca` undefined: the usual authorities. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly privateKey: string;
  readonly ca: string | undefined;
}

/** Makes and examines keys. */
export interface Keys {
  /** Secret bytes that nobody can guess. */
  newSecret(bytes: number): Uint8Array;
  /** The public key, 32 bytes, of an ed25519 seed of 32 bytes. */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  /** What a TLS connection could not use; undefined when all is well. */
  wrongPart(client: ClientCertificate): keyof ClientCertificate | undefined;
}

export const systemKeys: Keys = {
  newSecret: (bytes) => randomBytes(bytes),
  ed25519PublicKey(seed) {
    const spki = createPublicKey(ed25519PrivateKey(seed)).export({ format: 'der', type: 'spki' });
    return spki.subarray(-ED25519_BYTES);
  },
  wrongPart,
};

/** Takes half a millisecond: keep it. Throws unless the seed has 32 bytes. */
export function ed25519PrivateKey(seed: Uint8Array): KeyObject {
  if (seed.byteLength !== ED25519_BYTES) throw new TypeError('an ed25519 seed has 32 bytes');
  const key = Buffer.concat([ED25519_PKCS8_HEAD, seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function wrongPart(client: ClientCertificate): keyof ClientCertificate | undefined {
  const { certificate, privateKey, ca } = client;
  const [own] = certificatesIn(certificate);
  if (own === undefined) return 'certificate';
  if (ca !== undefined && certificatesIn(ca).length === 0) return 'ca';
  const key = unlessThrown(() => createPrivateKey(privateKey));
  if (key === undefined || !own.checkPrivateKey(key)) return 'privateKey';
  // the rest of what OpenSSL asks for, such as keys that are long enough
  const usable = unlessThrown(() =>
    createSecureContext({
      cert: certificate,
      key: privateKey,
      ...(ca === undefined ? {} : { ca }),
    }),
  );
  return usable === undefined ? 'certificate' : undefined;
}
