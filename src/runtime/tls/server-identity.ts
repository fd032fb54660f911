import { constants, createPrivateKey, type X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { certificatesIn, unlessThrown } from '../pem.js';

/** The texts of the TLS files. `clientCa` undefined: clients show no certificate. */
export interface TlsTexts {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** How long certificates of one file hold, together. */
export interface Validity {
  readonly startMs: number;
  readonly endMs: number;
}

/** What a server shows, made sure of. */
export interface ServerIdentity {
  readonly context: SecureContextOptions;
  readonly certificate: Validity;
  readonly clientCa: Validity | undefined;
}

/** A text that cannot be used: which one, and what is wrong with it, for people. */
export interface TlsProblem {
  readonly part: keyof TlsTexts;
  readonly problem: string;
}

export type TlsFinding =
  | { readonly kind: 'usable'; readonly identity: ServerIdentity }
  | ({ readonly kind: 'unusable' } & TlsProblem);

const ENCRYPTED_KEY = /ENCRYPTED/;

/** Whether the texts fit together and OpenSSL takes them. Says nothing of what is in the key. */
export function serverIdentityOf(
  texts: TlsTexts,
  minVersion: NonNullable<SecureContextOptions['minVersion']>,
): TlsFinding {
  const chain = certificatesIn(texts.certificate);
  const [own] = chain;
  if (own === undefined) return unusable('certificate', 'holds no certificates in PEM form');
  if (ENCRYPTED_KEY.test(texts.key)) {
    return unusable('key', 'holds a key with a pass phrase; store it without one');
  }
  const key = unlessThrown(() => createPrivateKey(texts.key));
  if (key === undefined) return unusable('key', 'holds no private key in PEM form');
  if (!own.checkPrivateKey(key)) return unusable('key', 'does not fit the certificate');
  const { clientCa } = texts;
  const authorities = clientCa === undefined ? [] : certificatesIn(clientCa);
  if (clientCa !== undefined && authorities.length === 0) {
    return unusable('clientCa', 'holds no certificates in PEM form');
  }
  const context: SecureContextOptions = {
    cert: texts.certificate,
    key: texts.key,
    minVersion,
    // A resumed session would not show its certificate again, though that may not hold any more.
    ...(clientCa === undefined ? {} : { ca: clientCa, secureOptions: constants.SSL_OP_NO_TICKET }),
  };
  // the rest of what OpenSSL asks for, such as keys that are long enough
  if (unlessThrown(() => createSecureContext(context)) === undefined) {
    return unusable('certificate', 'is not taken by OpenSSL: the key may be too short');
  }
  const validity = clientCa === undefined ? undefined : validityOf(authorities);
  return {
    kind: 'usable',
    identity: { context, certificate: validityOf(chain), clientCa: validity },
  };
}

function unusable(part: keyof TlsTexts, problem: string): TlsFinding {
  return { kind: 'unusable', part, problem };
}

/** A chain holds as long as each of its certificates does. */
function validityOf(certificates: readonly X509Certificate[]): Validity {
  return {
    startMs: Math.max(...certificates.map(({ validFrom }) => Date.parse(validFrom))),
    endMs: Math.min(...certificates.map(({ validTo }) => Date.parse(validTo))),
  };
}
