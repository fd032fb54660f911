import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'cassadra';

/** A key of an issuer. */
export interface IssuerKey {
  readonly algorithm: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function issuerKey(algorithm: string, kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm };
  return { algorithm, kid, privateKey, publicKey, publicJwk };
}

/** The text of a JSON Web Key Set. */
export function keySetText(...keys: readonly IssuerKey[]): string {
  return JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) });
}

type Claims = Readonly<Record<string, unknown>>;

/** Claims of a token that holds from now on for an hour. */
export function claimsAt(nowMs: number, claims: Claims = {}): Claims {
  const nowS = Math.floor(nowMs / 1_000);
  return {
    ...{ iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: nowS, exp: nowS + 3_600 },
    cassadra_roles: ['read'],
    ...claims,
  };
}

/** `header`: more for it, or other than the key says. */
export function signed(key: IssuerKey, claims: Claims, header: Claims = {}): Promise<string> {
  const { algorithm: alg, kid, privateKey } = key;
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** A token as anybody can make one: parts of it may say anything. */
export function unsigned(header: Claims, claims: Claims, signature = ''): string {
  const part = (value: Claims): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}
