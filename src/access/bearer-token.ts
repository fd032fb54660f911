import { createHash, randomBytes } from 'node:crypto';

/** So that scanners of code and logs know one when they see it. */
const TOKEN_HEAD = 'cst_';
const TOKEN_BYTES = 32;

/** Scheme and token; a JWT with many claims stays below. */
const HEADER_CHARACTERS_MAX = 8_192 + 'Bearer '.length;

const BEARER = /^bearer +([\x21-\x7e]+)$/i;

/** A token that nobody can guess. */
export function newToken(): string {
  return TOKEN_HEAD + randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What the server keeps of a token: SHA-256, in hexadecimal digits. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The token of an `authorization`; undefined for everything else. */
export function bearerToken(authorization: string): string | undefined {
  if (authorization.length > HEADER_CHARACTERS_MAX) return undefined;
  return BEARER.exec(authorization)?.[1];
}
