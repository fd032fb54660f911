import {
  invalidField,
  requireNoControls,
  requireWellFormed,
  requireWithin,
} from '../../core/index.js';
import type { ClientCertificate, Keys } from '../../runtime/index.js';
import type { Credentials } from './secrets.js';

const TEXT_BYTES_MAX = 4_096;
const PEM_BYTES_MAX = 65_536;
const VISIBLE_ASCII = /^[\u0021-\u007e]+$/;

const FIELDS = { certificate: 'certificate', privateKey: 'private_key', ca: 'ca' } as const;
const WRONG = {
  certificate: 'must be certificates in PEM, the first of them fit for a client',
  privateKey: 'must be the private key of the certificate in PEM, without a pass phrase',
  ca: 'must be certificates in PEM',
} as const;

/** Throws unless calls to the URL can be made with them. Errors show nothing of them. */
export function requireCredentials(credentials: Credentials, url: string, keys: Keys): void {
  switch (credentials.kind) {
    case 'basic':
      return requireBasic(credentials);
    case 'bearer':
      requireWithin('token', byteLength(credentials.token), TEXT_BYTES_MAX, 'bytes');
      if (VISIBLE_ASCII.test(credentials.token)) return;
      throw invalidField('token', 'must be visible ASCII characters');
    case 'mtls':
      if (!url.startsWith('https:')) throw invalidField('url', 'must begin with https://');
      return requireClientCertificate(credentials, keys);
  }
}

function requireBasic(basic: { readonly user: string; readonly password: string }): void {
  for (const field of ['user', 'password'] as const) {
    requireWithin(field, byteLength(basic[field]), TEXT_BYTES_MAX, 'bytes');
    requireWellFormed(field, basic[field]);
    requireNoControls(field, basic[field]);
  }
  if (basic.user.includes(':')) throw invalidField('user', 'must not contain a colon');
  if (basic.user + basic.password === '') throw invalidField('user', 'must not be empty');
}

function requireClientCertificate(client: ClientCertificate, keys: Keys): void {
  for (const part of ['certificate', 'privateKey', 'ca'] as const) {
    requireWithin(FIELDS[part], byteLength(client[part] ?? ''), PEM_BYTES_MAX, 'bytes');
  }
  const wrong = keys.wrongPart(client);
  if (wrong !== undefined) throw invalidField(FIELDS[wrong], WRONG[wrong]);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
